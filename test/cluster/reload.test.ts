import type { V1Pod } from '@kubernetes/client-node';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import { makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { openClient, refusal } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { getCondition } from './support/objects';
import { waitUntilPresented } from './support/presented-certificate';
import { residentMemory, signalReloader } from './support/reloader-process';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { expectPodsUnchanged } from './support/expect-pods-unchanged';
import { waitFor } from './support/wait-for';

const NAME = 'reloading';
const USERS = 'reloading-users';
const AUDIT = { username: 'audit', password: 'change-me-too', permissions: { subscribe: ['>'] } };

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('reload');
}, 180_000);

const putUsers = async (...users: readonly object[]): Promise<void> =>
  putSecret(environment.namespace, USERS, { 'clients.json': JSON.stringify({ users }) });

const orders = (password: string): object => ({ username: 'orders', password });

const applied = async (name: string): Promise<unknown> =>
  waitForCondition(environment.namespace, name, 'ConfigApplied', 'True', /./);

const at = ({ status }: V1Pod): string => `${status?.podIP ?? ''}:4222`;

async function logIn(pod: V1Pod, user: string, pass: string): Promise<NatsConnection> {
  return openClient(at(pod), { user, pass });
}

const timesTold = async (pod: V1Pod): Promise<number> => {
  const log = await environment.kubectl('logs', pod.metadata?.name ?? '', '-c', 'reloader');
  return log.split('sent SIGHUP to nats-server').length - 1;
};

describe('users of examples/config-reload.yaml', () => {
  let pods: readonly V1Pod[];

  beforeAll(async () => {
    await applyExample(environment.namespace, 'config-reload');
    pods = await waitUntilSettled(environment.namespace, NAME, 3, 120_000);
  }, 150_000);

  test('come to every server without a restart, by one signal each', async () => {
    const told = await Promise.all(pods.map(timesTold));
    await putUsers(orders('second'), AUDIT);
    await waitFor(async () => (await Promise.all(pods.map(async pod => isRefused(pod, 'change-me')))).every(Boolean), {
      what: 'every server to refuse the old password',
      deadline: 20_000,
    });
    await applied(NAME);
    for (const pod of pods) await (await logIn(pod, 'orders', 'second')).close();
    await expectPodsUnchanged(pods);
    expect(await Promise.all(pods.map(timesTold))).toEqual(told.map(count => count + 1));
  }, 60_000);

  test('are disconnected when they are revoked, and nobody else is', async () => {
    const revoked = await Promise.all(pods.map(async pod => logIn(pod, 'orders', 'second')));
    const others = await Promise.all(pods.map(async pod => logIn(pod, 'audit', 'change-me-too')));
    await putUsers(AUDIT);
    for (const client of revoked) await client.closed();
    await applied(NAME);
    for (const client of others) {
      await client.flush();
      expect(client.isClosed()).toBe(false);
      await client.close();
    }
    await expectPodsUnchanged(pods);
  }, 60_000);

  test('keep what they have where a changed Secret is broken, and the condition says where', async () => {
    await putSecret(environment.namespace, USERS, {
      'clients.json': '{"users": [{"username": "orders" "password": "x"}]}',
    });
    await waitForCondition(environment.namespace, NAME, 'ConfigApplied', 'False', /reloading-users.*clients\.json/);
    for (const pod of pods) await (await logIn(pod, 'audit', 'change-me-too')).close();
    await putUsers(orders('third'), AUDIT);
    await applied(NAME);
    for (const pod of pods) await (await logIn(pod, 'orders', 'third')).close();
    await expectPodsUnchanged(pods);
  }, 60_000);

  test('are missed aloud where a server does not reload, and come as soon as it can', async () => {
    const [stuck] = pods;
    if (stuck === undefined) throw new Error('no pods');
    await signalReloader(stuck, 'SIGSTOP');
    await putUsers(orders('fourth'), AUDIT);
    await waitForCondition(
      environment.namespace,
      NAME,
      'ConfigApplied',
      'False',
      /^Waiting for reloading-1 to reload the changed configuration$/,
    );
    const late = await waitForCondition(
      environment.namespace,
      NAME,
      'ConfigApplied',
      'False',
      /^SIGHUP was sent to reloading-1/,
    );
    expect(late).toMatchObject({ reason: 'ReloadFailed' });
    expect((await getCondition(environment.namespace, NAME, 'Ready'))?.status).toBe('True');
    await signalReloader(stuck, 'SIGCONT');
    await applied(NAME);
    await (await logIn(stuck, 'orders', 'fourth')).close();
    await expectPodsUnchanged(pods);
  }, 120_000);

  test('cost less than 45 MiB a server, after all of these reloads', async () => {
    const resident = await Promise.all(pods.map(residentMemory));
    expect(Math.max(...resident)).toBeLessThan(45);
  });

  async function isRefused(pod: V1Pod, password: string): Promise<boolean> {
    return /authorization violation/i.test(await refusal(at(pod), { user: 'orders', pass: password }));
  }
});

describe('certificates of servers that reload', () => {
  const TLS = 'renewing';
  let pods: readonly V1Pod[];

  const putCertificate = async (secret: string, { cert, key }: Identity, authority: Identity): Promise<void> =>
    putSecret(
      environment.namespace,
      secret,
      { 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key },
      'kubernetes.io/tls',
    );

  async function renew(authority: Identity): Promise<{ server: Identity; route: Identity }> {
    const names = [`DNS:${TLS}.${environment.namespace}.svc`, `DNS:*.${TLS}-mgmt.${environment.namespace}.svc`];
    const [server, route] = await Promise.all([
      makeIdentity({ names }, authority),
      makeIdentity({ names: names.slice(1), uses: 'serverAuth,clientAuth' }, authority),
    ]);
    await putCertificate(`${TLS}-server`, server, authority);
    await putCertificate(`${TLS}-routes`, route, authority);
    return { server, route };
  }

  test('are renewed while the servers run, and proven by what their ports present', async () => {
    const authority = await makeAuthority();
    const before = await renew(authority);
    await applyCluster(environment.namespace, TLS, {
      size: 2,
      version: '2.15.2',
      pod: { enableConfigReload: true },
      tls: { serverSecret: `${TLS}-server`, routesSecret: `${TLS}-routes` },
    });
    pods = await waitUntilSettled(environment.namespace, TLS, 2, 120_000);
    await waitUntilPresented(pods, 'server', before.server.cert);

    const after = await renew(authority);
    await waitUntilPresented(pods, 'server', after.server.cert);
    await waitUntilPresented(pods, 'routes', after.route.cert);
    await applied(TLS);
    await expectPodsUnchanged(pods);
    const [pod] = pods;
    if (pod === undefined) throw new Error('no pods');
    const name = `${pod.metadata?.name}.${TLS}-mgmt.${environment.namespace}.svc`;
    await (await openClient(name, { tls: { ca: authority.cert } })).close();
  }, 240_000);
});
