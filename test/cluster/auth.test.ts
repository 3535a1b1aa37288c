import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { carry, openClient, refusal, withClients } from './support/client';
import { protocolError, subscriptionProblem } from './support/protocol-errors';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { readProtocolError } from './support/read-protocol-error';
import { applyCluster, waitUntilMeshed, waitUntilSettled } from './support/nats-cluster';
import { getChild, getCondition, getPods } from './support/objects';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { waitFor } from './support/wait-for';

const NAME = 'example-auth';
const USERS = 'example-auth-users';
const ROUTES = 'example-auth-routes';
const VIOLATION = /authorization violation/i;

const PASSWORDS = { admin: 'planted-admin-4711', shop: 'planted-shop-4711', route: 'planted-route-4711' };

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('auth');
  await putSecret(environment.namespace, ROUTES, { 'login.json': loginFile() });
  await putUsers(users());
  await applyExample(environment.namespace, 'auth');
  await waitUntilSettled(environment.namespace, NAME, 2, 90_000);
}, 180_000);

const loginFile = (): string => JSON.stringify({ username: 'route', password: PASSWORDS.route });

const users = (shop = PASSWORDS.shop): object => ({
  users: [
    { username: 'admin', password: PASSWORDS.admin, permissions: { publish: '>', subscribe: '>' } },
    {
      username: 'shop',
      password: shop,
      permissions: {
        publish: ['orders.*'],
        subscribe: { allow: ['orders.*', '_INBOX.>'], deny: ['orders.secret'] },
      },
    },
    { username: 'guest', password: 'guest' },
  ],
  default_permissions: { publish: ['public.>'], subscribe: ['public.>', '_INBOX.>'] },
});

const putUsers = async (file: object | string): Promise<void> =>
  putSecret(environment.namespace, USERS, { 'users.json': typeof file === 'string' ? file : JSON.stringify(file) });

const secretsAre = async (status: string, words: RegExp): Promise<unknown> =>
  waitForCondition(environment.namespace, NAME, 'SecretsValid', status, words);

const host = (): string => `${NAME}.${environment.namespace}.svc`;
const admin = (): ConnectionOptions => ({ user: 'admin', pass: PASSWORDS.admin });
const shop = (pass = PASSWORDS.shop): ConnectionOptions => ({ user: 'shop', pass });

describe('examples/auth.yaml', () => {
  it('lets in who knows a password, and nobody else', async () => {
    await (await openClient(host(), admin())).close();
    await (await openClient(host(), shop())).close();
    expect(await refusal(host(), shop('wrong'))).toMatch(VIOLATION);
    expect(await refusal(host(), { user: 'nobody', pass: PASSWORDS.shop })).toMatch(VIOLATION);
    expect(await refusal(host())).toMatch(VIOLATION);
  }, 60_000);

  it('holds users to their permissions', async () => {
    await withClients([openClient(host(), shop()), openClient(host(), admin())], async (client, other) => {
      await carry(client, other, 'orders.new');
      await carry(other, client, 'orders.paid');
      expect(await subscriptionProblem(client, 'orders.secret')).toMatch(/Permissions Violation/i);
      expect(await subscriptionProblem(client, 'billing')).toMatch(/Permissions Violation/i);
      const said = protocolError(client);
      client.publish('billing', 'x');
      expect(await said).toMatch(/Permissions Violation for Publish to "billing"/i);
    });
  }, 60_000);

  it('holds users without permissions of their own to the default ones', async () => {
    const guest = openClient(host(), { user: 'guest', pass: 'guest' });
    await withClients([guest, openClient(host(), admin())], async (client, other) => {
      await carry(client, other, 'public.news');
      expect(await subscriptionProblem(client, 'orders.new')).toMatch(/Permissions Violation/i);
    });
  }, 60_000);

  it('lets no server into the mesh that does not know the login of routes', async () => {
    const [pod] = await getPods(environment.namespace, NAME);
    const stranger = { user: 'route', pass: 'wrong', verbose: false, name: 'stranger', cluster: NAME };
    const words = `CONNECT ${JSON.stringify(stranger)}\r\n`;
    expect(await readProtocolError(pod?.status?.podIP ?? '', 6222, words)).toMatch(VIOLATION);
  }, 30_000);
});

describe('a Secret of users that goes bad', () => {
  it.each([
    [/key "users\.json" is not JSON at line 2, column 3/, '{"users": [\n  oops]}'],
    [/key "users\.json": users\[0\] has an unknown field "pasword".*did you mean password/, badUser({ pasword: 'x' })],
    [/users\[0\]\.permissions\.publish\[0\]/, badUser({ password: 'x', permissions: { publish: ['a..b'] } })],
    [
      /shop.*(twice|users\[0\])/,
      JSON.stringify({
        users: [
          { username: 'shop', password: 'a' },
          { username: 'shop', password: 'b' },
        ],
      }),
    ],
  ])(
    'is told with its place, %s, and the last good one stays',
    async (words, file) => {
      await putUsers(file);
      await secretsAre('False', words);
      expect((await getCondition(environment.namespace, NAME, 'Ready'))?.status).toBe('True');
      await (await openClient(host(), shop())).close();
      expect(await refusal(host())).toMatch(VIOLATION);
    },
    60_000,
  );

  it('keeps nothing else from being healed: Services, the budget, the number of servers, all of them', async () => {
    await environment.kubectl('delete', `service/${NAME}`, `service/${NAME}-mgmt`, `poddisruptionbudget/${NAME}`);
    await environment.kubectl('scale', 'statefulset', NAME, '--replicas=1');
    await waitFor(
      async () => {
        const kinds = ['Service', 'PodDisruptionBudget'] as const;
        const back = await Promise.all(kinds.map(async kind => getChild(kind, environment.namespace, NAME)));
        return back.every(Boolean) && (await getChild('Service', environment.namespace, `${NAME}-mgmt`)) !== undefined;
      },
      { what: 'Services and the budget to be back' },
    );
    await waitUntilMeshed(environment.namespace, NAME, 2);
    await environment.kubectl('delete', 'statefulset', NAME);
    await waitUntilMeshed(environment.namespace, NAME, 2);
    expect((await getCondition(environment.namespace, NAME, 'SecretsValid'))?.status).toBe('False');
    await (await openClient(host(), shop())).close();
    expect(await refusal(host())).toMatch(VIOLATION);
  }, 120_000);

  it('is carried out when it is mended: the new password counts on every server, the old one no more', async () => {
    await putUsers(users('planted-renewed-4711'));
    await secretsAre('True', /hold what the servers need/);
    await waitFor(
      async () => {
        const hosts = (await getPods(environment.namespace, NAME)).map(({ status }) => status?.podIP ?? '');
        const clients = await Promise.all(
          hosts.map(async address => openClient(address, shop('planted-renewed-4711'))),
        );
        await Promise.all(clients.map(async client => client.close()));
        return clients.length === 2;
      },
      { what: 'the new password to count on both servers', deadline: 120_000 },
    );
    await waitUntilSettled(environment.namespace, NAME, 2);
    expect(await refusal(host(), shop())).toMatch(VIOLATION);
  }, 200_000);
});

function badUser(fields: object): string {
  return JSON.stringify({ users: [{ username: 'shop', ...fields }] });
}

test('a server that gives up with a password on its lips is quoted without it', async () => {
  const password = 'planted_blurted_4711';
  await putSecret(environment.namespace, 'blurter-routes', {
    'login.json': JSON.stringify({ username: 'route', password }),
  });
  await environment.kubectl('create', 'configmap', 'blurter-users', `--from-literal=users.conf=users: [$${password}]`);
  await applyCluster(environment.namespace, 'blurter', {
    size: 1,
    auth: { clusterAuthSecret: 'blurter-routes', clientsAuthFile: '/etc/users/users.conf' },
    template: {
      spec: {
        containers: [{ name: 'nats', volumeMounts: [{ name: 'users', mountPath: '/etc/users' }] }],
        volumes: [{ name: 'users', configMap: { name: 'blurter-users' } }],
      },
    },
  });
  await waitForCondition(
    environment.namespace,
    'blurter',
    'Ready',
    'False',
    /error parsing include file '[^']*users\.conf' \(what/,
  );
}, 90_000);
