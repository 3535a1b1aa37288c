import * as fc from 'fast-check';
import type {
  AuthConfig,
  LeafnodeRemote,
  NatsClusterSpec,
  PodPolicy,
  PodTemplate,
  RemoteGateway,
  TlsConfig,
} from '../../generated/nats-cluster';
import { isAtLeast, parseServerVersion } from '../../src/nats/server-version';
import { clusterSpec } from './cluster-spec';
import { dnsLabel, duration, printableText } from './texts';

/** Any valid spec for that NATS version, 2.9 or later: all of its sections in combinations that go together. */
export function wholeSpec(version: string): fc.Arbitrary<NatsClusterSpec> {
  const own = fc.record(
    { pod, tls: tls(version), auth, template, gatewayConfig, leafnodeConfig, websocketConfig },
    { requiredKeys: [] },
  );
  return fc.tuple(clusterSpec(version), own).map(([server, rest]) => ({
    ...server,
    ...rest,
    // A gateway's name is the cluster's, and no route is listed twice.
    ...(rest.gatewayConfig === undefined ? {} : { clusterName: rest.gatewayConfig.name }),
    extraRoutes: uniqueBy(server.extraRoutes ?? [], ({ cluster, route }) => cluster || route),
  }));
}

const text = fc.stringMatching(/^[ -~]{0,20}$/);
const labelKey = fc.stringMatching(/^(example\.com\/)?[A-Za-z]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9])?$/);
const labels = fc.dictionary(
  labelKey.filter(key => key !== 'app' && !key.startsWith('nats_')),
  fc.stringMatching(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9])?)?$/),
);

const toleration = fc.oneof(
  fc.record({ operator: fc.constant('Exists') }),
  fc.record({ key: labelKey, operator: fc.constant('Equal'), value: dnsLabel, effect: fc.constant('NoSchedule') }),
  fc.record({ key: labelKey, effect: fc.constant('NoExecute'), tolerationSeconds: fc.nat() }),
);

const resources = fc.constantFrom(
  {},
  { requests: { cpu: '500m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } },
  { requests: { memory: '1e9' }, limits: { memory: '1G' } },
);

const variable = fc.record({ name: fc.stringMatching(/^[A-Z]{1,8}_X$/), value: printableText });

const pod: fc.Arbitrary<PodPolicy> = fc.record(
  {
    labels,
    annotations: fc.dictionary(labelKey, text),
    nodeSelector: labels,
    tolerations: fc.array(toleration, { maxLength: 3 }),
    resources,
    natsEnv: fc.uniqueArray(variable, { selector: ({ name }) => name, maxLength: 3 }),
    antiAffinity: fc.boolean(),
    enableConfigReload: fc.boolean(),
    enableMetrics: fc.boolean(),
    enableClientsHostPort: fc.boolean(),
    reloaderImage: fc.constantFrom('', 'registry.example.com:5000/team/reloader'),
  },
  { requiredKeys: [] },
);

/** As src/nats-cluster/validation/version-rules.ts has it. */
function knowsMlkem(version: string): boolean {
  const parsed = parseServerVersion(version);
  return parsed !== undefined && isAtLeast(parsed, '2.12.0');
}

const tls = (version: string): fc.Arbitrary<TlsConfig> =>
  fc.record(
    {
      serverSecret: dnsLabel,
      serverSecretCAFileName: fc.constantFrom('ca.crt', '/etc/ca-bundle/ca.pem'),
      routesSecret: dnsLabel,
      clientsTLSTimeout: fc.constantFrom(0, 0.5, 5),
      verify: fc.boolean(),
      enableHttps: fc.boolean(),
      cipherSuites: fc.subarray(['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256']),
      curvePreferences: fc
        .subarray(['X25519', 'CurveP256', 'X25519MLKEM768'] as const)
        .map(curves => curves.filter(curve => curve !== 'X25519MLKEM768' || knowsMlkem(version))),
    },
    { requiredKeys: ['serverSecret'] },
  );

const auth: fc.Arbitrary<AuthConfig> = fc.record(
  {
    enableServiceAccounts: fc.boolean(),
    clientsAuthSecret: fc.oneof(fc.constant(''), dnsLabel),
    clientsAuthTimeout: fc.nat({ max: 3600 }),
    clusterAuthSecret: dnsLabel,
  },
  { requiredKeys: [] },
);

const template: fc.Arbitrary<PodTemplate> = fc.record(
  {
    metadata: fc.record({ labels, annotations: fc.dictionary(labelKey, text) }, { requiredKeys: [] }),
    spec: fc.constantFrom<NonNullable<PodTemplate['spec']>>(
      {},
      { serviceAccountName: 'nats', terminationGracePeriodSeconds: 100_000 },
      {
        containers: [
          { name: 'nats', volumeMounts: [{ name: 'ca-bundle', mountPath: '/etc/ca-bundle' }] },
          { name: 'proxy', image: 'proxy:1', ports: [{ containerPort: 9000, protocol: 'TCP' }] },
        ],
        volumes: [{ name: 'ca-bundle', configMap: { name: 'our-ca-bundle' } }],
      },
    ),
  },
  { requiredKeys: [] },
);

const name = fc.stringMatching(/^[a-z][!-~]{0,10}$/);

const gatewayConfig = fc.record(
  {
    name,
    rejectUnknown: fc.boolean(),
    gateways: fc.constantFrom<RemoteGateway[]>(
      [],
      [{ name: 'west', url: 'nats://west.invalid:7222', urls: ['tls://192.0.2.1:7222'] }],
    ),
  },
  { requiredKeys: ['name'] },
);

const leafnodeConfig = fc.record(
  {
    hostPort: fc.constantFrom(0, 7422),
    remotes: fc.constantFrom<LeafnodeRemote[]>(
      [],
      [{ url: 'wss://hub.invalid/path', credentials: '/etc/creds/user.creds' }],
    ),
  },
  { requiredKeys: [] },
);

const websocketConfig = fc.record(
  {
    port: fc.constantFrom(80, 443, 9222),
    handshakeTimeout: fc.oneof(fc.constant(''), duration),
    compression: fc.boolean(),
  },
  { requiredKeys: [] },
);

function uniqueBy<T>(items: readonly T[], key: (item: T) => unknown): T[] {
  return [...new Map(items.map(item => [key(item), item])).values()];
}
