import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, upgrade } from 'undici';
import { reservePort } from '../../tools/toolchain/reserve-ports';
import type { Conf } from '../../src/nats/conf/conf';
import { withValue } from '../../src/nats/conf/path';
import { waitFor } from '../cluster/support/wait-for';
import { makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { describeNats } from './support/describe-nats';
import { ask, confOf, login } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

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

describeNats.each(supportedVersions)('nats-server %s', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

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
    const ports = { east: await reservePort(), west: await reservePort() };
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
    const port = await reservePort();
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
    const port = await reservePort();
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
