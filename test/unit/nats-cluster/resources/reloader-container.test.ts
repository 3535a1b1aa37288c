import { configFiles, revisionKey } from '../../../../src/nats-cluster/config/config-revisions';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { resolveCluster, type ResolvedCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { podTemplate } from '../../../../src/nats-cluster/resources/pod-template';

const model = (spec: NatsClusterSpec): ResolvedCluster =>
  resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec: { version: '2.15.2', ...spec } });

function containers(
  spec: NatsClusterSpec,
): Record<string, NonNullable<ReturnType<typeof podTemplate>['spec']>['containers'][number]> {
  const list = podTemplate(model(spec), 'nats-1.conf').spec?.containers ?? [];
  return Object.fromEntries(list.map(container => [container.name, container]));
}

const reload: NatsClusterSpec = { pod: { enableConfigReload: true } };

test('there is no reloader, and no shared process namespace, unless the spec asks for it', () => {
  const { spec } = podTemplate(model({}), 'nats-1.conf');
  expect(spec?.containers.map(({ name }) => name)).toEqual(['nats']);
  expect(spec).not.toHaveProperty('shareProcessNamespace');
});

test('the reloader watches the file of its generation, every TLS file, the users’ file and the operator’s request', () => {
  const { reloader } = containers({
    ...reload,
    tls: { serverSecret: 's', serverSecretCAFileName: '/etc/bundle/ca.crt' },
    auth: { clientsAuthFile: '/etc/users/users.conf' },
  });
  expect(reloader?.command).toEqual([
    ...['nats-server-config-reloader', '-pid', '/var/run/nats/nats.pid'],
    ...['-config', '/etc/nats-config/nats-1.conf', '-config', '/etc/users/users.conf'],
    ...['-config', '/etc/bundle/ca.crt', '-config', '/etc/nats-server-tls-certs/server.pem'],
    ...['-config', '/etc/nats-server-tls-certs/server-key.pem', '-config', '/etc/pod-info/reload-requested'],
  ]);
});

test('it has the mounts of these files alone, and none of them to write to', () => {
  const mounts = [
    { name: 'users', mountPath: '/etc/users' },
    { name: 'data', mountPath: '/data' },
  ];
  const { reloader } = containers({
    pod: { enableConfigReload: true, volumeMounts: mounts },
    auth: { clientsAuthFile: '/etc/users/users.conf' },
  });
  const folders = reloader?.volumeMounts?.map(({ mountPath }) => mountPath);
  expect(folders).toEqual(['/etc/nats-config', '/var/run/nats', '/etc/users', '/etc/pod-info']);
  expect(reloader?.volumeMounts?.slice(0, 3).every(({ readOnly }) => readOnly === true)).toBe(true);
});

test('it runs as the user that the template gives the server', () => {
  const template = { spec: { containers: [{ name: 'nats', securityContext: { runAsUser: 7 } }] } };
  expect(containers({ ...reload, template }).reloader?.securityContext).toMatchObject({
    runAsUser: 7,
    readOnlyRootFilesystem: true,
  });
});

test('a server that reloads has its name by its configuration, for it would forget the argument', () => {
  expect(containers({}).nats?.command).toContain('--name');
  const { nats } = containers(reload);
  expect(nats?.command).not.toContain('--name');
  expect(nats?.env).toContainEqual({ name: 'NATS_SERVER_NAME', value: '"$(POD_NAME)"' });
  const own = containers({ ...reload, useServerName: true }).nats?.env;
  expect(own).toContainEqual({ name: 'NATS_SERVER_NAME', value: '"$(SERVER_NAME)"' });
});

test('the file that users and tools read stays JSON, whatever servers include', () => {
  const conf = natsConf(model(reload));
  const files = configFiles(conf, {}, true);
  expect(() => JSON.parse(files['nats.conf'] ?? '') as unknown).not.toThrow();
  expect(files[revisionKey(conf, true)]).toContain('include "server-name.conf"');
  expect(files['server-name.conf']).toBe('server_name: $NATS_SERVER_NAME\n');
  expect(configFiles(natsConf(model({})), {})).not.toHaveProperty('server-name.conf');
});

test('its image is next to the operator’s, unless the spec names another', () => {
  const cluster = (pod: object) => ({
    metadata: { name: 'c', namespace: 'n' },
    spec: { version: '2.15.2', pod: { enableConfigReload: true, ...pod } },
  });
  const image = (pod: object) => resolveCluster(cluster(pod), undefined, [], 'r.example/ops').pod.reloader?.image;
  expect(image({})).toMatch(/^r\.example\/ops-reloader:\d/);
  expect(image({ reloaderImage: 'mine', reloaderImageTag: '1' })).toBe('mine:1');
});
