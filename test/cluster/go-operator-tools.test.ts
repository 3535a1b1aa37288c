import { apply, kubectl } from './support/kubectl';
import { carry, openClient, refusal, withClients } from './support/client';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { getChild, getPods } from './support/objects';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { waitFor } from './support/wait-for';

/** What tools and tests that were written for the Go operator look at, beyond names, labels and ports. */
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('tools');
}, 120_000);

/** The configuration as such tools read it: JSON, once a colon stands behind `include`. */
async function readConf(name: string): Promise<Record<string, unknown>> {
  return waitFor(
    async () => {
      const text = (await getChild('Secret', environment.namespace, name))?.data?.['nats.conf'];
      if (text === undefined) return undefined;
      const conf = Buffer.from(text, 'base64').toString();
      return conf.includes('"cluster"')
        ? (JSON.parse(conf.replaceAll('include', '"include": ')) as Record<string, unknown>)
        : undefined;
    },
    { what: `the configuration of ${name}` },
  );
}

test('a Secret with a nats.conf that was there before its cluster becomes the cluster’s own once it is handed over', async () => {
  await putSecret(environment.namespace, 'before', { 'nats.conf': '{port:4222}' });
  await applyCluster(environment.namespace, 'before', { size: 2 });
  await environment.kubectl(
    'wait',
    'nats/before',
    '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=NameConflict',
  );
  expect((await getChild('Secret', environment.namespace, 'before'))?.metadata.ownerReferences).toBeUndefined();
  await environment.kubectl('annotate', 'secret/before', 'nats.io/adopt-by=before');
  const { cluster } = await readConf('before');
  expect(cluster).toMatchObject({
    routes: [1, 2].map(ordinal => `nats://before-${ordinal}.before-mgmt.${environment.namespace}.svc:6222`),
  });
  await waitUntilSettled(environment.namespace, 'before', 2);
  await environment.kubectl('delete', 'nats', 'before');
  await waitFor(async () => (await getChild('Secret', environment.namespace, 'before')) === undefined, {
    what: 'the Secret to go with its cluster',
  });
}, 120_000);

test('the Secret changes once more when there is a server, of which nobody is told', async () => {
  await applyCluster(environment.namespace, 'watched', { size: 1 });
  await waitUntilSettled(environment.namespace, 'watched', 1);
  const { metadata } = (await getChild('Secret', environment.namespace, 'watched')) ?? {};
  expect(metadata?.annotations).toHaveProperty(['nats.io/config-mounted'], 'true');
  const description = await environment.kubectl('describe', 'nats', 'watched');
  expect(description).toContain('Created Secret/watched');
  expect(description).not.toMatch(/Normal +Updated/);
}, 90_000);

test('the options of a server stand in its command', async () => {
  await applyCluster(environment.namespace, 'quiet', { size: 1, noAdvertise: true });
  const [pod] = await waitUntilSettled(environment.namespace, 'quiet', 1);
  expect(pod?.spec?.containers[0]?.command).toContain('--no_advertise');
}, 90_000);

test('a configuration with includes can be read as JSON', async () => {
  await applyCluster(environment.namespace, 'gateway', {
    size: 1,
    pod: { advertiseExternalIP: true },
    gatewayConfig: { name: 'minikube', hostPort: 32328, rejectUnknown: true },
  });
  expect(await readConf('gateway')).toMatchObject({
    include: 'advertise/client_advertise.conf',
    gateway: { include: 'advertise/gateway_advertise.conf', name: 'minikube', port: 32328, reject_unknown: true },
  });
  await environment.kubectl('delete', 'nats', 'gateway');
}, 60_000);

describe('a file of users below the folder of nats.conf', () => {
  const users = (...names: string[]): string =>
    JSON.stringify({
      users: names.map(user => ({ user, password: `${user}-pass`, permissions: { publish: ['>'], subscribe: ['>'] } })),
    });

  it('is included, and what becomes of it reaches the server without a restart', async () => {
    await putSecret(environment.namespace, 'users', { data: users('one', 'two') });
    await apply(
      JSON.stringify({
        apiVersion: 'nats.io/v1alpha2',
        kind: 'NatsCluster',
        metadata: { name: 'file' },
        spec: {
          size: 1,
          auth: { clientsAuthFile: 'authconfig/auth.json' },
          pod: {
            enableConfigReload: true,
            volumeMounts: [{ name: 'authconfig', mountPath: '/etc/nats-config/authconfig' }],
          },
          template: {
            spec: {
              volumes: [
                { name: 'authconfig', secret: { secretName: 'users', items: [{ key: 'data', path: 'auth.json' }] } },
              ],
            },
          },
        },
      }),
      environment.namespace,
    );
    await waitUntilSettled(environment.namespace, 'file', 1);
    const host = `file.${environment.namespace}.svc`;
    const login = (user: string) => ({ user, pass: `${user}-pass` });
    await withClients([openClient(host, login('one')), openClient(host, login('two'))], carry);

    await putSecret(environment.namespace, 'users', { data: users('two') });
    // The operator knows nothing of such a file; a change of the pod makes its kubelet look at once.
    const [pod] = await getPods(environment.namespace, 'file');
    await kubectl(['annotate', 'pod', pod?.metadata?.name ?? '', 'looked-at=now', '-n', environment.namespace]);
    await waitFor(
      async () =>
        (await kubectl(['logs', 'file-1', '-c', 'nats', '-n', environment.namespace])).includes(
          'Reloaded: authorization users',
        ),
      { what: 'the server to reload its users' },
    );
    expect(await refusal(host, login('one'))).toMatch(/authorization violation/i);
    await (await openClient(host, login('two'))).close();
    expect((await getPods(environment.namespace, 'file'))[0]?.metadata?.uid).toBe(pod?.metadata?.uid);
  }, 180_000);
});
