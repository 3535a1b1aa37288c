import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  headers,
  nkeyAuthenticator,
  nkeys,
  usernamePasswordAuthenticator,
  type ConnectionOptions,
} from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import type { Conf } from '../../src/nats/conf/conf';
import { withValue } from '../../src/nats/conf/path';
import { revisionKey } from '../../src/nats-cluster/config/config-revisions';
import { printConf } from '../../src/nats/conf/print';
import { waitFor } from '../cluster/support/wait-for';
import { makeAuthority, makeIdentity } from '../fixtures/certificates';
import { describeNats } from './support/describe-nats';
import { checkConf } from './support/nats-server';
import type { RunningServer } from './support/running-server';
import { confOf, login } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

const operator = nkeys.createUser();
const someone = nkeys.createUser();

let folder: string;
let tls: { caFile: string; certFile: string; keyFile: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-operator-system-user-'));
  const authority = await makeAuthority();
  const identity = await makeIdentity({ names: ['DNS:localhost', 'IP:127.0.0.1'], commonName: 'anna' }, authority);
  const files = { 'ca.crt': authority.cert, 'tls.crt': identity.cert, 'tls.key': identity.key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  tls = { caFile: join(folder, 'ca.crt'), certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
}, 30_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** A cluster in one of the forms that authentication has, and the clients that it lets in. */
interface Form {
  readonly spec: () => Partial<NatsClusterSpec>;
  readonly users?: object;
  readonly clients: () => readonly ConnectionOptions[];
  readonly strangers: () => readonly ConnectionOptions[];
}

const anna = { username: 'anna', password: 'aaaaaaaaaaaa' };
const asAnna = { authenticator: usernamePasswordAuthenticator(anna.username, anna.password) };
const asNkey = { authenticator: nkeyAuthenticator(someone.getSeed()) };
const withUsers = (): Partial<NatsClusterSpec> => ({ auth: { clientsAuthSecret: 'users' } });
const withTls = (): NonNullable<NatsClusterSpec['tls']> => ({
  serverSecret: 'tls',
  serverSecretCAFileName: tls.caFile,
  serverSecretCertFileName: tls.certFile,
  serverSecretKeyFileName: tls.keyFile,
});

const forms: Record<string, Form> = {
  // Without any user, a server would accept credentials that it does not need.
  'no users': { spec: () => ({}), clients: () => [{}], strangers: () => [asAnna, asNkey] },
  'users of each kind': {
    spec: withUsers,
    users: { users: [anna, { nkey: someone.getPublicKey() }] },
    clients: () => [asAnna, asNkey],
    strangers: () => [{}, { user: 'anna', pass: 'wrong' }],
  },
  'default permissions': {
    spec: withUsers,
    users: { users: [anna], default_permissions: { publish: ['$JS.API.>'], subscribe: ['_INBOX.>'] } },
    clients: () => [asAnna],
    strangers: () => [{}],
  },
  'a single user': { spec: withUsers, users: anna, clients: () => [asAnna], strangers: () => [{}] },
  'a timeout besides users': {
    spec: () => ({ auth: { clientsAuthSecret: 'users', clientsAuthTimeout: 3 } }),
    users: { users: [anna] },
    clients: () => [asAnna],
    strangers: () => [{}],
  },
  'leaf nodes': {
    spec: () => ({ ...withUsers(), leafnodeConfig: { hostPort: 7422 } }),
    users: { users: [anna] },
    clients: () => [asAnna],
    strangers: () => [{}],
  },
  'users by their certificates': {
    spec: () => ({ tls: { ...withTls(), verify: true }, auth: { clientsAuthSecret: 'users', tlsVerifyAndMap: true } }),
    users: { users: [{ username: 'CN=anna' }] },
    clients: () => [{ tls }],
    strangers: () => [{ tls: { caFile: tls.caFile } }],
  },
};

describeNats.each(supportedVersions)('the system user of nats-server %s with JetStream and', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  const confFor = ({ spec, users }: Pick<Form, 'spec' | 'users'>, store: string, systemUser = operator): Conf => {
    const secrets = users === undefined ? {} : { users: { users: JSON.stringify(users) } };
    const cluster = { version, size: 1, jetstream: { memoryStorage: { size: '64Mi' } }, ...spec() };
    const conf = confOf(version, cluster, secrets, systemUser.getPublicKey());
    return { ...withoutPorts(withValue(conf, ['jetstream', 'store_dir'], store)), server_name: 'c-1' };
  };

  test.each(Object.entries(forms))(
    '%s: clients come in as before, and it has its permissions alone',
    async (name, form) => {
      const conf = confFor(form, join(folder, `${version}-${name.replaceAll(' ', '-')}`));
      expect(await checkConf(version, printConf(conf))).toMatchObject({ code: 0 });
      const server = await servers.start(conf);
      for (const options of form.strangers()) await expect(login(server, options)).rejects.toThrow();
      for (const [index, options] of form.clients().entries()) await expectJetStream(server, options, `S${index}`);
      await expectPermissions(
        server,
        form.clients()[0] ?? {},
        form.clients().map((_, index) => `S${index}`),
      );
    },
    60_000,
  );

  test('another key: a reload is enough, and clients stay connected', async () => {
    const [before, after] = [nkeys.createUser(), operator].map(user =>
      confFor({ spec: () => ({}) }, join(folder, `${version}-key`), user),
    ) as [Conf, Conf];
    expect(revisionKey(before, true)).toBe(revisionKey(after, true));
    const server = await servers.start(before);
    const client = await login(server);
    await server.reload(after);
    await waitFor(() => server.log().includes('Reloaded server configuration'), { what: 'the reload' });
    await client.flush();
    await expectJetStream(server, {}, 'S0');
    await expectPermissions(server, {}, ['S0']);
    await client.close();
  }, 60_000);

  test('the first key: the server reloads it, with its streams, and restarts for nothing', async () => {
    const after = confFor({ spec: () => ({}) }, join(folder, `${version}-first`));
    const before = { ...after, accounts: undefined };
    for (const reloads of [true, false]) expect(revisionKey(before, reloads)).toBe(revisionKey(after, reloads));
    const server = await servers.start(before);
    const client = await login(server);
    await expectJetStream(server, {}, 'S0');
    await server.reload(after);
    await waitFor(() => server.log().includes('Reloaded server configuration'), { what: 'the reload' });
    await client.flush();
    expect(await request(client, '$JS.API.STREAM.INFO.S0', {})).toMatchObject({ config: { name: 'S0' } });
    await expectJetStream(server, {}, 'S1');
    await expectPermissions(server, {}, ['S0', 'S1']);
    await client.close();
  }, 60_000);

  test.each([
    ['a token', { token: 'aaaaaaaaaaaa' }],
    ['a user outside of the list', anna],
  ])('%s: the server refuses the two together', async (_title, authorization) => {
    const conf = confFor({ spec: () => ({}) }, folder);
    const { code, stderr } = await checkConf(version, printConf({ ...conf, authorization }));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/Can not have a (single user\/pass|token) and (a users array|accounts)/);
  });
});

/** Leaf nodes are listened for on a port of the system's choice. */
const withoutPorts = (conf: Conf): Conf =>
  withValue(withValue(conf, ['leafnodes', 'port'], -1), ['leafnodes', 'host'], '127.0.0.1');

/** The client is in the global account, which has JetStream: what it creates there is there. */
async function expectJetStream(server: RunningServer, options: ConnectionOptions, stream: string): Promise<void> {
  const client = await login(server, options);
  const config = { name: stream, subjects: [`${stream}.>`], storage: 'memory' };
  const created = await request(client, `$JS.API.STREAM.CREATE.${stream}`, config);
  expect(created).toMatchObject({ did_create: true });
  await client.close();
}

async function expectPermissions(
  server: RunningServer,
  client: ConnectionOptions,
  streams: readonly string[],
): Promise<void> {
  const authenticator = nkeyAuthenticator(operator.getSeed());
  const system = await login(server, { ...client, authenticator, inboxPrefix: '_INBOX.op' });
  expect(await request(system, '$JS.API.STREAM.NAMES', {}, '$G')).toMatchObject({ streams });
  const others = ['DELETE', 'PURGE', 'UPDATE', 'INFO', 'LEADER.STEPDOWN'].map(what => `$JS.API.STREAM.${what}.S0`);
  for (const subject of [...others, '$SYS.REQ.SERVER.PING.STATSZ', 'S0.x'])
    await expect(request(system, subject, {}, '$G')).rejects.toThrow(/Permissions Violation/);
  expect(() => system.subscribe('$SYS.>')).not.toThrow();
  await waitFor(() => /Subscription Violation.*\$SYS\.>/.test(server.log()), { what: 'the refusal of a subscription' });
  await system.close();
}

/** @param account whose JetStream it is for, as servers tell each other */
async function request(client: NatsConnection, subject: string, body: unknown, account?: string): Promise<unknown> {
  const options = { timeout: 5_000, ...(account === undefined ? {} : { headers: headers() }) };
  if (account !== undefined) options.headers?.set('Nats-Request-Info', JSON.stringify({ acc: account }));
  const answer = await client.request(subject, JSON.stringify(body), options);
  return answer.json();
}
