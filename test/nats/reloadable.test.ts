import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import type { Conf } from '../../src/nats/conf/conf';
import { revisionKey } from '../../src/nats-cluster/config/config-revisions';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { noSecrets, type SecretFacts } from '../../src/nats-cluster/secrets/secret-facts';
import { waitFor } from '../cluster/support/wait-for';
import { makeIdentity } from '../fixtures/certificates';
import { describeNats } from './support/describe-nats';
import { startServer } from './support/running-server';
import { supportedVersions } from './support/versions';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-operator-reloadable-'));
  for (const name of ['old', 'new']) {
    const { cert, key } = await makeIdentity({ names: ['DNS:localhost'] });
    await writeFile(join(folder, `${name}.crt`), cert);
    await writeFile(join(folder, `${name}.key`), key);
  }
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

type Side = [NatsClusterSpec, Partial<SecretFacts>?];

const usersOf = (password: string): Partial<SecretFacts> => ({
  clientUsers: { users: [{ username: 'a', password }], defaultPermissions: { publish: [password] } },
});

const tokenOf = (token: string): Partial<SecretFacts> => ({
  clientUsers: { users: [], token, defaultPermissions: undefined, timeout: 1.5 },
});

const tls = (name: string, more: NatsClusterSpec['tls'] = {}): NatsClusterSpec => ({
  tls: {
    ...Object.fromEntries(
      (['server', 'gateway', 'leafnode', 'websocket'] as const).flatMap(connection => [
        [`${connection}Secret`, 's'],
        [`${connection}SecretCAFileName`, join(folder, `${name}.crt`)],
        [`${connection}SecretCertFileName`, join(folder, `${name}.crt`)],
        [`${connection}SecretKeyFileName`, join(folder, `${name}.key`)],
      ]),
    ),
    ...more,
  },
  leafnodeConfig: { hostPort: -1 },
  gatewayConfig: { name: 'c', hostPort: -1 },
  websocketConfig: { port: -1 },
});

/** Changes, and whether a server takes them up when it is told to reload. */
const changes: [string, () => [Side, Side], boolean][] = [
  [
    'users and what they may do',
    () => [
      [{ auth: { clientsAuthSecret: 's', clientsAuthTimeout: 1 } }, usersOf('old')],
      [{ auth: { clientsAuthSecret: 's', clientsAuthTimeout: 2 } }, usersOf('new')],
    ],
    true,
  ],
  [
    'a token',
    () => [
      [{ auth: { clientsAuthSecret: 's' } }, tokenOf('old')],
      [{ auth: { clientsAuthSecret: 's' } }, tokenOf('new')],
    ],
    true,
  ],
  [
    'users instead of a token',
    () => [
      [{ auth: { clientsAuthSecret: 's' } }, tokenOf('old')],
      [{ auth: { clientsAuthSecret: 's' } }, usersOf('new')],
    ],
    true,
  ],
  [
    'limits and logging',
    () => [
      [{ natsConfig: { debug: true, maxPayload: 1000, maxConnections: 5, write_deadline: '5s', maxControlLine: 512 } }],
      [{ natsConfig: { trace: true, maxPayload: 2000, maxConnections: 6, disableLogtime: true } }],
    ],
    true,
  ],
  [
    'what has no field of its own',
    () => [
      [{ natsConfig: { extra: { ping_interval: '20s', ping_max: 3 } } }],
      [{ natsConfig: { extra: { ping_interval: '30s', server_tags: ['a'], max_traced_msg_len: 5 } } }],
    ],
    true,
  ],
  [
    'certificates by another name, and what clients must show',
    () => [[tls('old')], [tls('new', { verify: true, clientsTLSTimeout: 4, curvePreferences: ['X25519'] })]],
    true,
  ],
  [
    'the login of routes',
    () => [
      [{ auth: { clusterAuthSecret: 's' } }, { clusterCredentials: { username: 'a', password: 'old' } }],
      [
        { auth: { clusterAuthSecret: 's', clusterAuthTimeout: 9 } },
        { clusterCredentials: { username: 'a', password: 'new' } },
      ],
    ],
    true,
  ],
  [
    'routes',
    () => [[{ extraRoutes: [{ route: 'nats://127.0.0.1:1' }] }], [{ extraRoutes: [{ route: 'nats://127.0.0.1:2' }] }]],
    true,
  ],
  [
    'what is buffered',
    () => [[{ natsConfig: { maxPending: 2_000_000 } }], [{ natsConfig: { maxPending: 3_000_000 } }]],
    false,
  ],
  ['the lame duck time', () => [[{}], [{ lameDuckDurationSeconds: 60 }]], false],
  [
    'subscriptions',
    () => [[{ natsConfig: { maxSubscriptions: 3 } }], [{ natsConfig: { maxSubscriptions: 4 } }]],
    false,
  ],
  [
    'gateways',
    () => [
      [{ gatewayConfig: { name: 'c', hostPort: -1 } }],
      [{ gatewayConfig: { name: 'c', hostPort: -1, rejectUnknown: true } }],
    ],
    false,
  ],
];

const VERDICT = /Reloaded server configuration|Failed to reload server configuration/;

describeNats.each(supportedVersions)('nats-server %s', version => {
  test.each(changes)(
    'takes up %s without a restart as foreseen',
    async (_title, sides, isLive) => {
      const [before, after] = sides().map(([spec, secrets]): Conf => {
        const model = { metadata: { name: 'c', namespace: 'n' }, spec: { version, size: 1, ...spec } };
        return natsConf(resolveCluster(model, { ...noSecrets, ...secrets }));
      });
      if (before === undefined || after === undefined) throw new Error('two configurations');
      expect(revisionKey(before, true) === revisionKey(after, true)).toBe(isLive);
      const server = await startServer(version, before);
      try {
        await server.reload(after);
        await waitFor(() => VERDICT.test(server.log()), {
          what: 'the end of the reload',
          deadline: 10_000,
          interval: 20,
        });
        expect(VERDICT.exec(server.log())?.[0]).toBe(
          isLive ? 'Reloaded server configuration' : 'Failed to reload server configuration',
        );
      } finally {
        await server.stop();
      }
    },
    30_000,
  );
});
