import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBlock, type Conf, type ConfBlock, type ConfValue } from '../../src/nats/conf/conf';
import { withAccess } from '../../src/nats-cluster/config/config-revisions';
import { parseConf } from '../../src/nats/conf/parse';
import { printConf } from '../../src/nats/conf/print';
import { tlsCopies, withTlsCopies } from '../../src/nats-cluster/config/tls-copies';
import { resolveTls } from '../../src/nats-cluster/spec/tls';
import { tlsConnections } from '../../src/nats-cluster/spec/tls-files';
import { waitFor } from '../cluster/support/wait-for';
import { makeAuthority, makeIdentity } from '../fixtures/certificates';
import { secretOf } from '../fixtures/secret';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { confOf, login } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

const tls = Object.fromEntries(tlsConnections.map(connection => [`${connection}Secret`, 'tls']));
const [alice, mallory] = ['alice', 'mallory'].map(username => ({ username, password: `${username}s` }));

describeNats.each(supportedVersions)('nats-server %s, whose mounted certificate has been damaged', version => {
  const servers = new Servers(version);
  let folder: string;
  let material: Record<string, string>;
  let server: RunningServer;
  let conf: Conf;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-operator-damaged-'));
    const authority = await makeAuthority();
    const names = ['DNS:*.c-mgmt.n.svc', 'DNS:c.n.svc', 'DNS:localhost', 'IP:127.0.0.1'];
    const { cert, key } = await makeIdentity({ names }, authority);
    material = { 'server.pem': cert, 'server-key.pem': key, 'route.pem': cert, 'route-key.pem': key };
    material['ca.pem'] = authority.cert;
    const users = { 'users.json': JSON.stringify({ users: [alice, mallory] }) };
    const spec = {
      auth: { clientsAuthSecret: 'users' },
      tls,
      gatewayConfig: { name: 'c' },
      leafnodeConfig: {},
      websocketConfig: {},
    };
    conf = confOf(version, spec, { tls: material, users });
    for (const [file, text] of Object.entries(material)) await writeFile(join(folder, file), text);
    const secrets = new Map([['tls', secretOf(material)]]);
    for (const [key, text] of Object.entries(tlsCopies(resolveTls(tls, {}, secrets), secrets)))
      await writeFile(join(folder, key), text);
    server = await servers.start(here(conf));
  }, 30_000);

  afterAll(async () => {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The configuration with its files in the folder of this test, on ports of the server's choice. */
  function here(wanted: Conf): Conf {
    const text = printConf(wanted).replaceAll(/\/etc\/nats-[a-z-]+\//g, `${folder}/`);
    const parsed = parseConf(text) ?? {};
    const local = ['gateway', 'leafnodes', 'websocket'].map((key): [string, ConfValue | undefined] => {
      const block: ConfBlock | undefined = isBlock(parsed[key]) ? parsed[key] : undefined;
      return [key, block && { ...block, host: '127.0.0.1', port: -1 }];
    });
    // Gateways and leaf nodes together need a system account.
    return { ...parsed, ...Object.fromEntries(local), accounts: { SYS: {} }, system_account: 'SYS' };
  }

  const countOf = (line: RegExp): number => server.log().match(new RegExp(line, 'g'))?.length ?? 0;

  async function reload(wanted: Conf, answer: RegExp): Promise<void> {
    const before = countOf(answer);
    await server.reload(here(wanted));
    await waitFor(() => Promise.resolve(countOf(answer) > before), { what: answer.source, deadline: 10_000 });
  }

  const logIn = async (user: typeof alice): Promise<void> => {
    const client = await login(server, {
      user: user?.username ?? '',
      pass: user?.password ?? '',
      tls: { ca: material['ca.pem'] ?? '' },
    });
    await client.close();
  };

  const withoutMallory = (): Conf =>
    parseConf(withAccess(printConf(conf), { users: [{ username: 'alice', password: 'alices' }] })) ?? {};

  test('rejects the reload by which a user is removed, and carries it out with the last good copies', async () => {
    await logIn(mallory);
    await writeFile(join(folder, 'server-key.pem'), 'damaged');
    await writeFile(join(folder, 'route.pem'), '-----BEGIN CERTIFICATE-----\n');
    await reload(withoutMallory(), /Failed to reload server configuration/);
    await logIn(mallory);
    const copies = Object.fromEntries(
      tlsConnections.flatMap(connection =>
        Object.keys(material).map(key => [`tls-${connection}-${key}`, material[key] ?? '']),
      ),
    );
    await reload(withTlsCopies(withoutMallory(), new Set(tlsConnections), copies), /Reloaded server configuration/);
    await expect(logIn(mallory)).rejects.toThrow(/authorization violation/i);
    await logIn(alice);
    for (const [file, text] of Object.entries(material)) await writeFile(join(folder, file), text);
    await reload(withoutMallory(), /Reloaded server configuration/);
    await logIn(alice);
  }, 60_000);
});
