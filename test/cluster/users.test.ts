import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { createUser, type KeyPair } from '@nats-io/nkeys';
import { carry, openClient, refusal, withClients } from './support/client';
import { protocolError, subscriptionProblem } from './support/protocol-errors';
import { waitForCondition } from './support/conditions';
import { addressOf, onlyServer } from './support/connected-clusters';
import { applyExample } from './support/example';
import { readProtocolError } from './support/read-protocol-error';
import { monitor } from './support/monitoring';
import { applyCluster } from './support/nats-cluster';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { signNonce } from './support/sign-nonce';

const VIOLATION = /authorization violation/i;

let environment: TestEnvironment;
const [asking, answering, stranger] = [createUser(), createUser(), createUser()];

const nkeyUsers = {
  users: [
    { nkey: asking.getPublicKey(), permissions: { publish: ['ask'], subscribe: ['_INBOX.>'] } },
    {
      nkey: answering.getPublicKey(),
      permissions: { subscribe: ['ask'], allow_responses: { max: 1, expires: '1m' } },
    },
  ],
};

const usersFile = `users: [
  { user: admin, password: "planted-admin" }
  { user: shop, password: "planted-shop", permissions: { publish: "orders.*", subscribe: "_INBOX.>" } }
]`;

const TOKEN = 'planted-token-4711';

/** All clusters of this file at once: users by nkey, users in a file, one token, and a file that is not there. */
beforeAll(async () => {
  environment = await setupRestrictedEnvironment('users');
  await Promise.all([
    putSecret(environment.namespace, 'example-nkeys-users', { 'users.json': JSON.stringify(nkeyUsers) }),
    putSecret(environment.namespace, 'example-users-conf', { 'users.conf': usersFile }),
    applyExample(environment.namespace, 'auth-nkeys'),
    applyExample(environment.namespace, 'auth-file'),
    putSecret(environment.namespace, 'everybody', { 'auth.json': JSON.stringify({ token: TOKEN }) }),
    applyCluster(environment.namespace, 'token', { size: 1, auth: { clientsAuthSecret: 'everybody' } }),
    applyCluster(environment.namespace, 'lost', { size: 1, auth: { clientsAuthFile: '/etc/nowhere/users.conf' } }),
  ]);
}, 120_000);

/** Logs in with a key; with another's name where `as` says so. */
const by = (key: KeyPair, as = key): ConnectionOptions => ({
  authenticator: nonce => ({ ...signNonce(key, nonce), nkey: as.getPublicKey() }),
});

describe('users with nkeys', () => {
  let address: string;

  beforeAll(async () => {
    address = await addressOf(environment.namespace, 'example-nkeys');
  }, 120_000);

  it('get in by their seed, and nobody by another', async () => {
    await (await openClient(address, by(asking))).close();
    expect(await refusal(address, by(stranger))).toMatch(VIOLATION);
    expect(await refusal(address, by(stranger, asking))).toMatch(VIOLATION);
    expect(await refusal(address)).toMatch(VIOLATION);
  }, 60_000);

  it('may answer as often as they are allowed to, and publish nothing else', async () => {
    await withClients(
      [openClient(address, by(asking)), openClient(address, by(answering))],
      async (asker, answerer) => {
        const first = protocolError(answerer);
        answerer.subscribe('ask', {
          callback: (_error, message) => {
            message.respond('yes');
            message.respond('and yes again');
          },
        });
        await answerer.flush();
        expect((await asker.request('ask', '', { timeout: 5_000 })).string()).toBe('yes');
        expect(await first).toMatch(/permissions violation for publish to "_INBOX\./i);
        const second = protocolError(answerer);
        answerer.publish('ask', 'me');
        expect(await second).toMatch(/permissions violation for publish to "ask"/i);
      },
    );
  }, 60_000);

  it('have as long to log in as the spec says', async () => {
    const { auth_timeout: seconds } = await monitor<{ auth_timeout: number }>(
      await onlyServer(environment.namespace, 'example-nkeys'),
      'varz',
    );
    expect(seconds).toBe(4);
    expect(await readProtocolError(address, 4222)).toMatch(/authentication timeout/i);
  }, 60_000);
});

describe('a token in the Secret of users', () => {
  it('lets everybody in who has it, and nobody else', async () => {
    const address = await addressOf(environment.namespace, 'token');
    await (await openClient(address, { token: TOKEN })).close();
    expect(await refusal(address, { token: 'planted-other' })).toMatch(VIOLATION);
    expect(await refusal(address)).toMatch(VIOLATION);
  }, 60_000);
});

describe('users in a file that the template mounts', () => {
  it('get in by its passwords, and are held to its permissions', async () => {
    const address = await addressOf(environment.namespace, 'example-users-file');
    const [admin, shop] = [
      { user: 'admin', pass: 'planted-admin' },
      { user: 'shop', pass: 'planted-shop' },
    ];
    await withClients([openClient(address, shop), openClient(address, admin)], async (client, other) => {
      await carry(client, other, 'orders.new');
      expect(await subscriptionProblem(client, 'orders.new')).toMatch(/permissions violation/i);
    });
    expect(await refusal(address, { ...shop, pass: 'wrong' })).toMatch(VIOLATION);
    expect(await refusal(address)).toMatch(VIOLATION);
  }, 120_000);

  it("are missed in the server's own words where there is no such file", async () => {
    await waitForCondition(
      environment.namespace,
      'lost',
      'Ready',
      'False',
      /lost-1 is failing \(container nats: .*nowhere\/users\.conf: no such file or directory/s,
    );
  }, 120_000);
});
