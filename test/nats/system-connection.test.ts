import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { withValue } from '../../src/nats/conf/path';
import { SystemClient } from '../../src/nats-cluster/system-account/system-client';
import { waitFor } from '../cluster/support/wait-for';
import { makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { ask, confOf, login } from './support/secured-server';
import { Servers } from './support/servers';

const operator = nkeys.createUser();
const seedOf = (user: typeof operator): string => new TextDecoder().decode(user.getSeed());
const seed = seedOf(operator);

let folder: string;
let authority: Identity;
let other: Identity;
let identity: Identity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-operator-system-connection-'));
  [authority, other] = await Promise.all([makeAuthority(), makeAuthority('other')]);
  identity = await makeIdentity({ names: ['DNS:localhost'] }, authority);
  const files = { 'ca.crt': authority.cert, 'tls.crt': identity.cert, 'tls.key': identity.key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}, 30_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

const tlsOf = (verify: boolean): NonNullable<NatsClusterSpec['tls']> => ({
  ...{ serverSecret: 'tls', verify },
  serverSecretCAFileName: join(folder, 'ca.crt'),
  serverSecretCertFileName: join(folder, 'tls.crt'),
  serverSecretKeyFileName: join(folder, 'tls.key'),
});

describeNats.each(['2.15.2', '2.10.29'] as const)('the connection to nats-server %s', version => {
  const servers = new Servers(version);
  const clients: SystemClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await servers.stop();
  });

  const start = async (spec: Partial<NatsClusterSpec> = {}): Promise<RunningServer> => {
    const jetstream = { memoryStorage: { size: '64Mi' } };
    const conf = confOf(version, { size: 1, jetstream, ...spec }, {}, operator.getPublicKey());
    const store = await mkdtemp(join(folder, 'store-'));
    return servers.start({ ...withValue(conf, ['jetstream', 'store_dir'], store), server_name: 'c-1' });
  };

  const clientOf = (...args: ConstructorParameters<typeof SystemClient>): SystemClient => {
    const client = new SystemClient(...args);
    clients.push(client);
    return client;
  };

  const named = ({ client }: RunningServer): string[] => [client.replace('127.0.0.1', 'localhost')];

  const connections = async (server: RunningServer): Promise<number> =>
    (await ask<{ connections: { name: string }[] }>(server, '/connz')).connections.filter(
      ({ name }) => name === 'nats-operator',
    ).length;

  test('is made when it is needed, shared, closed when nobody uses it, and made again', async () => {
    const server = await start();
    const client = clientOf({ servers: [server.client], seed }, { idle: 300 });
    expect(await connections(server)).toBe(0);
    await Promise.all([client.serverInfo(), client.streamNames('$G'), client.streamNames('$G')]);
    expect(await connections(server)).toBe(1);
    await waitFor(async () => (await connections(server)) === 0, { what: 'the end of the connection' });
    await expect(client.serverInfo()).resolves.toMatchObject({ name: 'c-1' });
  }, 60_000);

  test('needs the right key, and a server that is there', async () => {
    const server = await start();
    const stranger = clientOf({ servers: [server.client], seed: seedOf(nkeys.createUser()) });
    await expect(stranger.serverInfo()).rejects.toMatchObject({ failure: 'NotAuthorized' });
    const client = clientOf({ servers: ['127.0.0.1:1', server.client], seed });
    await expect(client.serverInfo()).resolves.toMatchObject({ name: 'c-1' });
    await server.stop();
    await expect(client.serverInfo()).rejects.toMatchObject({ failure: 'Unreachable' });
  }, 60_000);

  test('lists the streams of all pages', async () => {
    const server = await start();
    const user = await login(server);
    const names = Array.from({ length: 1_030 }, (_, index) => `S${index}`);
    for (const name of names)
      await user.request(
        `$JS.API.STREAM.CREATE.${name}`,
        JSON.stringify({ name, subjects: [name], storage: 'memory' }),
      );
    await user.close();
    const listed = await clientOf({ servers: [server.client], seed }).streamNames('$G');
    expect([...listed].sort()).toStrictEqual(names.sort());
  }, 90_000);

  test('trusts the certificates of its authority alone, for the name that was asked for', async () => {
    const server = await start({ tls: tlsOf(false) });
    const access = { servers: named(server), seed };
    await expect(clientOf({ ...access, tls: { ca: authority.cert } }).serverInfo()).resolves.toMatchObject({
      name: 'c-1',
    });
    for (const refused of [
      { ...access, tls: { ca: other.cert } },
      { ...access, servers: [server.client], tls: { ca: authority.cert } },
      access,
    ])
      await expect(clientOf(refused).serverInfo()).rejects.toMatchObject({ failure: 'Unreachable' });
  }, 60_000);

  test('never goes on in plain text where it is to be encrypted', async () => {
    const server = await start();
    const client = clientOf({ servers: named(server), seed, tls: { ca: authority.cert } });
    await expect(client.serverInfo()).rejects.toMatchObject({ failure: 'Unreachable' });
  }, 60_000);

  test('shows a certificate where servers ask for one', async () => {
    const server = await start({ tls: tlsOf(true) });
    const access = { servers: named(server), seed };
    const { cert, key } = identity;
    const client = clientOf({ ...access, tls: { ca: authority.cert, cert, key } });
    await expect(client.serverInfo()).resolves.toMatchObject({ name: 'c-1' });
    const bare = clientOf({ ...access, tls: { ca: authority.cert } });
    await expect(bare.serverInfo()).rejects.toMatchObject({ failure: 'Unreachable' });
  }, 60_000);
});
