import type { V1Container, V1PodTemplateSpec } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { podTemplate } from '../../../../src/nats-cluster/resources/pod-template';

/** The pods' template for a spec in YAML. */
function templateOf(yaml: string): V1PodTemplateSpec {
  const spec = { version: '2.15.2', ...(parse(yaml) as NatsClusterSpec) };
  return podTemplate(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }), 'nats-1.conf');
}

const containers = (yaml: string): V1Container[] => templateOf(yaml).spec?.containers ?? [];

function nats(yaml: string): V1Container {
  const [container] = containers(yaml);
  if (container === undefined) throw new Error('no container');
  return container;
}

const natsTemplate = (fields: string): string => `template: { spec: { containers: [{ name: nats, ${fields} }] } }`;

test('the server reads the file of its restart generation', () => {
  expect(nats('{}').command?.slice(1, 3)).toEqual(['-c', '/etc/nats-config/nats-1.conf']);
});

test("a variable comes once, and the operator's own wins over the spec's, which wins over the template's", () => {
  const env = nats(`
    pod: { natsEnv: [{ name: POD_NAME, value: mine }, { name: A, value: spec }] }
    ${natsTemplate('env: [{ name: A, value: template }, { name: B, value: template }]')}
  `).env;
  expect(env?.map(({ name }) => name)).toEqual(['POD_NAME', 'POD_NAMESPACE', 'A', 'B']);
  expect(env?.[0]?.value).toBeUndefined();
  expect(env?.[2]?.value).toBe('spec');
});

test('a port comes once by number and once by name, ours before theirs', () => {
  const ports = nats(
    natsTemplate(`ports: [
      { name: mine, containerPort: 4222 },
      { name: client, containerPort: 9000 },
      { name: other, containerPort: 9001 },
      { containerPort: 4222, protocol: UDP },
      { containerPort: 9001, protocol: '' }
    ]`),
  ).ports;
  expect(ports?.map(({ name, containerPort }) => [name, containerPort])).toEqual([
    ['client', 4222],
    ['cluster', 6222],
    ['monitoring', 8222],
    ['other', 9001],
    [undefined, 4222],
  ]);
});

test('a folder is mounted once, ours before theirs', () => {
  const mounts = nats(`
    pod: { volumeMounts: [{ name: mine, mountPath: /etc/nats-config }, { name: mine, mountPath: /mine }] }
    ${natsTemplate('volumeMounts: [{ name: other, mountPath: /mine }]')}
  `).volumeMounts;
  expect(mounts?.map(({ name, mountPath }) => `${name} ${mountPath}`)).toEqual([
    'config /etc/nats-config',
    'pid /var/run/nats',
    'mine /mine',
  ]);
});

test('a volume comes once, ours before theirs', () => {
  const { spec } = templateOf(
    'template: { spec: { volumes: [{ name: config, emptyDir: {} }, { name: a, emptyDir: {} }] } }',
  );
  expect(spec?.volumes?.map(({ name }) => name)).toEqual(['config', 'pid', 'a']);
  expect(spec?.volumes?.[0]?.secret?.secretName).toBe('c');
});

test("the template's container nats is ours, wherever it stands; without one it is the first", () => {
  const two = (name: string): string =>
    `template: { spec: { containers: [{ name: a, workingDir: /a }, { name: ${name}, workingDir: /b }] } }`;
  expect(containers(two('nats')).map(({ name, workingDir }) => [name, workingDir])).toEqual([
    ['nats', '/b'],
    ['a', '/a'],
  ]);
  expect(containers(two('b')).map(({ name, workingDir }) => [name, workingDir])).toEqual([
    ['nats', '/a'],
    ['b', '/b'],
  ]);
});

test('image, command and arguments are ours; probes and security are whose the template says', () => {
  const container = nats(
    natsTemplate(
      'image: mine, command: [mine], args: [mine], securityContext: {}, livenessProbe: { periodSeconds: 99 }',
    ),
  );
  expect(container).toMatchObject({ image: 'nats:2.15.2' });
  expect(container.command?.[0]).toBe('nats-server');
  expect([...(container.command ?? []), ...(container.args ?? [])]).not.toContain('mine');
  expect(container.securityContext).toEqual({});
  expect(container.livenessProbe).toEqual({ periodSeconds: 99 });
});

test('our labels win over those of the template and of the spec', () => {
  const { metadata } = templateOf(`
    pod: { labels: { team: a, nats_cluster: other } }
    template: { metadata: { labels: { team: b, app: other, kept: yes-it-is } } }
  `);
  expect(metadata?.labels).toEqual({
    ...{ app: 'nats', nats_cluster: 'c', nats_version: '2.15.2' },
    ...{ team: 'a', kept: 'yes-it-is' },
  });
});

test('the grace period outlasts lame duck mode, and a longer one of the template stays', () => {
  const graceOf = (seconds: number): number | undefined =>
    templateOf(`
      lameDuckDurationSeconds: 60
      template: { spec: { terminationGracePeriodSeconds: ${seconds} } }
    `).spec?.terminationGracePeriodSeconds;
  expect(graceOf(10)).toBe(90);
  expect(graceOf(600)).toBe(600);
});

test('a pod gets a token only where the template names an account for it', () => {
  const tokenOf = (spec: string): boolean | undefined => templateOf(spec).spec?.automountServiceAccountToken;
  expect(tokenOf('{}')).toBe(false);
  expect(tokenOf("template: { spec: { serviceAccountName: '' } }")).toBe(false);
  expect(tokenOf('template: { spec: { serviceAccountName: nats } }')).toBe(true);
});

test('pods of one cluster avoid one host where the spec says so, and else spread as far as it goes', () => {
  expect(templateOf('pod: { antiAffinity: true }').spec).toMatchObject({
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    },
    topologySpreadConstraints: [],
  });
  expect(templateOf('{}').spec?.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toEqual([
    'kubernetes.io/hostname',
    'topology.kubernetes.io/zone',
  ]);
});

test.each([
  ['2.15.2', '/healthz', 'nats-server'],
  ['2.6.6', '/varz', 'nats-server'],
  ['1.4.1', '/varz', '/gnatsd'],
])('a server %s is probed at %s and started as %s', (version, path, command) => {
  const container = nats(`version: ${version}`);
  expect(container.readinessProbe?.httpGet?.path).toBe(path);
  expect(container.command).toContain(command);
});

test.each([
  ['serviceAccountName: reader', true],
  ['serviceAccount: reader', true],
  ['serviceAccountName: ""', false],
  ['serviceAccount: reader, automountServiceAccountToken: false', false],
])('a token is mounted for an account of the user, by either name: %s', (account, isMounted) => {
  const { spec } = templateOf(`template: { spec: { ${account} } }`);
  expect(spec?.automountServiceAccountToken).toBe(isMounted);
});

test.each([
  ['hostNetwork: true', 'ClusterFirstWithHostNet'],
  ['hostNetwork: true, dnsPolicy: ""', 'ClusterFirstWithHostNet'],
  ['hostNetwork: true, dnsPolicy: None', 'None'],
  ['hostNetwork: false', undefined],
])('servers find each other by name, also on the network of their node: %s', (network, policy) => {
  expect(templateOf(`template: { spec: { ${network} } }`).spec?.dnsPolicy).toBe(policy);
});
