import { nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { ask, confOf, login } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

const USER = nkeys.createUser();

const users = JSON.stringify({
  users: [
    {
      username: 'alice',
      password: 'p@ss"w\\ord',
      permissions: { publish: ['orders.>'], subscribe: { deny: ['secret.>'] } },
    },
    { username: 'answers', password: 'b', permissions: { subscribe: ['ask'], allow_responses: true } },
    { username: 'plain', password: 'c' },
    { nkey: USER.getPublicKey() },
  ],
  default_permissions: { publish: { deny: ['forbidden'] } },
});

describeNats.each(supportedVersions)('nats-server %s', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  describe('with users from a Secret', () => {
    // On a busy machine a client may take longer than the server's 2 s.
    const patientAuth = { clientsAuthSecret: 'users', clientsAuthTimeout: 30 };
    const start = async (): Promise<RunningServer> =>
      servers.start(confOf(version, { auth: patientAuth }, { users: { 'a.json': users } }));

    test('lets in by password and by nkey, and nobody else', async () => {
      const server = await start();
      const authenticator = nkeyAuthenticator(USER.getSeed());
      for (const options of [{ user: 'alice', pass: 'p@ss"w\\ord' }, { user: 'plain', pass: 'c' }, { authenticator }]) {
        await (await login(server, options)).close();
      }
      for (const options of [{}, { user: 'alice', pass: 'wrong' }, { user: 'nobody', pass: 'c' }]) {
        await expect(login(server, options)).rejects.toThrow(/authorization violation/i);
      }
    });

    test('holds each to what it may do', async () => {
      const server = await start();
      const alice = await login(server, { user: 'alice', pass: 'p@ss"w\\ord' });
      const plain = await login(server, { user: 'plain', pass: 'c' });
      const answers = await login(server, { user: 'answers', pass: 'b' });
      try {
        answers.subscribe('ask', { callback: (_error, message) => void message.respond('yes') });
        await answers.flush();
        expect((await plain.request('ask', '', { timeout: 2_000 })).string()).toBe('yes');

        const heard = plain.subscribe('>');
        await plain.flush();
        alice.publish('orders.new');
        alice.publish('payments.new');
        plain.publish('forbidden');
        answers.publish('orders.new');
        await Promise.all([alice.flush(), plain.flush(), answers.flush()]);
        const denied = alice.subscribe('secret.x', { callback: () => undefined });
        await expect(denied.closed).resolves.toMatchObject({
          message: expect.stringMatching(/permissions violation/i) as string,
        });
        plain.publish('end');
        const subjects: string[] = [];
        for await (const { subject } of heard) {
          if (subject === 'end') break;
          subjects.push(subject);
        }
        expect(subjects).toEqual(['orders.new']);
      } finally {
        await Promise.all([alice, plain, answers].map(async client => client.close()));
      }
    });

    test('lets nobody in while the list is empty', async () => {
      const conf = confOf(version, { auth: { clientsAuthSecret: 'users' } }, { users: { 'a.json': '{"users": []}' } });
      await expect(login(await servers.start(conf))).rejects.toThrow(/authorization violation/i);
      const roles = confOf(version, { auth: { enableServiceAccounts: true } });
      await expect(login(await servers.start(roles))).rejects.toThrow(/authorization violation/i);
    });
  });

  test('with users from an included file, lets them in and keeps the timeout', async () => {
    const conf = confOf(version, { auth: { clientsAuthFile: '/etc/nats-config/users.conf', clientsAuthTimeout: 7 } });
    const server = await servers.start(conf, { files: { 'users.conf': 'users: [{user: u, password: p}]\n' } });
    await (await login(server, { user: 'u', pass: 'p' })).close();
    await expect(login(server)).rejects.toThrow(/authorization violation/i);
    expect(await ask(server, '/varz')).toMatchObject({ auth_timeout: 7 });
  });
});
