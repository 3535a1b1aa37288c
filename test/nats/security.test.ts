import { connect, nkeyAuthenticator, nkeys, type ConnectionOptions } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request, upgrade } from 'undici';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import type { Conf } from '../../src/conf/conf';
import { natsConf } from '../../src/conf/nats-conf';
import { withValue } from '../../src/conf/path';
import { resolveCluster } from '../../src/model/cluster-model';
import { reviewSecrets } from '../../src/model/secrets/review-secrets';
import { waitFor } from '../cluster/support/wait-for';
import { makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { secretOf } from '../fixtures/secret';
import { describeNats } from './support/describe-nats';
import { freePort, type RunningServer } from './support/running-server';
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

let folder: string;
let authority: Identity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-operator-security-'));
  authority = await makeAuthority();
  const names = ['DNS:localhost', 'IP:127.0.0.1', 'DNS:*.c-mgmt.n.svc', 'DNS:c.n.svc'];
  const [server, client] = await Promise.all([
    makeIdentity({ names }, authority),
    makeIdentity({ commonName: 'x' }, authority),
  ]);
  const files = {
    'ca.crt': authority.cert,
    'tls.crt': server.cert,
    'tls.key': server.key,
    'c.crt': client.cert,
    'c.key': client.key,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}, 30_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);

/** The fields of `spec.tls` that name those files for one kind of connection. */
const tlsOf = (connection: 'server' | 'routes' | 'gateway' | 'leafnode' | 'websocket'): object => ({
  [`${connection}Secret`]: 'tls',
  [`${connection}SecretCAFileName`]: file('ca.crt'),
  [`${connection}SecretCertFileName`]: file('tls.crt'),
  [`${connection}SecretKeyFileName`]: file('tls.key'),
});

/** nats.conf of a spec, whose Secrets are reviewed as in the operator. */
function confOf(version: string, spec: NatsClusterSpec, secrets: Record<string, Record<string, string>> = {}): Conf {
  const cluster = { metadata: { name: 'c', namespace: 'n' }, spec: { version, size: 1, ...spec } };
  const contents = new Map(Object.entries({ tls: {}, ...secrets }).map(([name, texts]) => [name, secretOf(texts)]));
  const { facts, problems } = reviewSecrets({ name: 'c', namespace: 'n', spec: cluster.spec }, contents, new Date());
  expect(problems).toEqual([]);
  return natsConf(resolveCluster(cluster, facts));
}

const login = async (server: RunningServer, options: ConnectionOptions = {}): Promise<NatsConnection> =>
  connect({ servers: server.client, reconnect: false, ignoreClusterUpdates: true, timeout: 5_000, ...options });

/** What the server's monitor says. */
async function ask<T>({ monitor }: RunningServer, path: string): Promise<T> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const { body } = await request(new URL(path, monitor), { dispatcher });
  return (await body.json()) as T;
}

describeNats.each(supportedVersions)('nats-server %s', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  describe('with users from a Secret', () => {
    const start = async (): Promise<RunningServer> =>
      servers.start(confOf(version, { auth: { clientsAuthSecret: 'users' } }, { users: { 'a.json': users } }));

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

  test('with TLS, speaks to clients that trust it, and its monitor needs no certificate of theirs', async () => {
    const server = await servers.start(
      confOf(version, { tls: { ...tlsOf('server'), verify: true, enableHttps: true, clientsTLSTimeout: 5 } }),
    );
    const trust = { caFile: file('ca.crt') };
    await (await login(server, { tls: { ...trust, certFile: file('c.crt'), keyFile: file('c.key') } })).close();
    await expect(login(server, { tls: trust })).rejects.toThrow();
    await expect(login(server, { tls: {} })).rejects.toThrow();
    expect(server.monitor.protocol).toBe('https:');
    expect(await ask(server, '/varz')).toMatchObject({ tls_required: true, tls_verify: true, tls_timeout: 5 });
  });

  test('forms routes by TLS with the login of the Secret, and none without it', async () => {
    const conf = (password: string): Conf =>
      confOf(
        version,
        { tls: tlsOf('routes'), auth: { clusterAuthSecret: 'login' }, extraRoutes: [{ route: 'nats://127.0.0.1:1' }] },
        { login: { a: JSON.stringify({ username: 'us er', password }) } },
      );
    const first = await servers.start(conf("p@ss/w:%'"));
    const dialling = (password: string): Conf => {
      const routes = (conf(password).cluster as { routes: string[] }).routes;
      return withValue(
        conf(password),
        ['cluster', 'routes'],
        [(routes[1] ?? '').replace('127.0.0.1:1', first.cluster)],
      );
    };
    const second = await servers.start(dialling("p@ss/w:%'"));
    await waitFor(async () => (await ask<{ num_routes: number }>(second, '/routez')).num_routes > 0, {
      what: 'a route',
      deadline: 10_000,
    });
    const stranger = await servers.start(dialling('wrong'));
    await waitFor(() => /authentication error|Authorization Violation/i.test(first.log()), {
      what: 'the refusal',
      deadline: 10_000,
    });
    expect(await ask(stranger, '/routez')).toMatchObject({ num_routes: 0 });
  });

  test('joins gateways by TLS with the login of the Secret', async () => {
    const ports = { east: await freePort(), west: await freePort() };
    const conf = (name: 'east' | 'west', other: 'east' | 'west'): Conf =>
      confOf(
        version,
        {
          tls: tlsOf('gateway'),
          auth: { gatewayAuthSecret: 'login' },
          gatewayConfig: {
            name,
            hostPort: ports[name],
            rejectUnknown: true,
            gateways: [{ name: other, url: `nats://127.0.0.1:${ports[other]}` }],
          },
        },
        { login: { a: '{"username": "g", "password": "w"}' } },
      );
    const east = await servers.start(conf('east', 'west'));
    await servers.start(conf('west', 'east'));
    await waitFor(
      async () => {
        const { outbound_gateways: outbound } = await ask<{ outbound_gateways: object }>(east, '/gatewayz');
        return Object.keys(outbound).includes('west');
      },
      { what: 'a gateway', deadline: 20_000 },
    );
  }, 30_000);

  test('takes leaf nodes by TLS, which trust it by SSL_CERT_FILE', async () => {
    const port = await freePort();
    const hub = await servers.start(confOf(version, { tls: tlsOf('leafnode'), leafnodeConfig: { hostPort: port } }));
    const remotes = [{ url: `tls://127.0.0.1:${port}` }];
    await servers.start(confOf(version, { clusterName: 'leaf', leafnodeConfig: { remotes } }), {
      env: { SSL_CERT_FILE: file('ca.crt') },
    });
    await waitFor(async () => (await ask<{ leafnodes: number }>(hub, '/leafz')).leafnodes === 1, {
      what: 'a leaf node',
      deadline: 10_000,
    });
  });

  test.each([
    ['in the clear', {}, 'http'],
    ['by TLS', { tls: {} }, 'https'],
  ] as const)('takes websockets %s', async (_title, { ...secured }, scheme) => {
    const port = await freePort();
    const tls = 'tls' in secured ? { tls: tlsOf('websocket') } : {};
    await servers.start(confOf(version, { ...tls, websocketConfig: { port, handshakeTimeout: '3s' } }));
    const dispatcher = new Agent({ connect: { ca: authority.cert } });
    const { socket, headers } = await upgrade(`${scheme}://127.0.0.1:${port}/`, {
      dispatcher,
      protocol: 'websocket',
      headers: { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' },
    });
    socket.destroy();
    expect(headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    await dispatcher.destroy();
  });
});
