import type { V1Pod } from '@kubernetes/client-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core/internal';
import { presentedCertificate } from '../../src/nats-cluster/monitoring/presented-certificate';
import { X509Certificate } from 'node:crypto';
import { makeAuthority, makeIdentity, withLife, type Identity } from '../fixtures/certificates';
import { carry, openClient, refusal, withClients } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { handshake, patience } from './support/handshake';
import { monitor } from './support/monitoring';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { waitUntilPresented } from './support/presented-certificate';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { expectPodsUnchanged } from './support/expect-pods-unchanged';

const STRICT = 'example-tls-strict';
const EVERYWHERE = 'example-tls-everywhere';

let environment: TestEnvironment;
let authority: Identity;
let strict: V1Pod;
let everywhere: V1Pod;
/** What each port of the second example shall present. */
const presented = new Map<'server' | 'routes' | 'gateway' | 'leafnode' | 'websocket', Identity>();

beforeAll(async () => {
  [environment, authority] = await Promise.all([setupTestEnvironment('tls-options'), makeAuthority()]);
  await Promise.all([prepareStrict(), prepareEverywhere()]);
  await Promise.all([
    applyExample(environment.namespace, 'tls-strict'),
    applyExample(environment.namespace, 'tls-everywhere'),
  ]);
  const settled = [STRICT, EVERYWHERE].map(async name => waitUntilSettled(environment.namespace, name, 1, 120_000));
  const [[one], [other]] = (await Promise.all(settled)) as [V1Pod[], V1Pod[]];
  if (one === undefined || other === undefined) throw new Error('a server each was expected');
  [strict, everywhere] = [one, other];
}, 180_000);

const serviceOf = (cluster: string): string => `${cluster}.${environment.namespace}.svc`;

async function prepareStrict(): Promise<void> {
  const [server, bystander] = await Promise.all([
    makeIdentity({ names: [`DNS:${serviceOf(STRICT)}`] }, authority),
    makeAuthority('bystander'),
  ]);
  await putSecret(environment.namespace, `${STRICT}-server`, { 'cert.pem': server.cert, 'key.pem': server.key });
  const users = [
    { username: 'CN=orders', permissions: { publish: ['orders.>'], subscribe: ['_INBOX.>'] } },
    { username: 'CN=audit' },
  ];
  await putSecret(environment.namespace, `${STRICT}-users`, { 'users.json': JSON.stringify({ users }) });
  const bundle = `--from-literal=authorities.pem=${bystander.cert}${authority.cert}`;
  await environment.kubectl('create', 'configmap', `${STRICT}-authorities`, bundle);
}

async function prepareEverywhere(): Promise<void> {
  const secrets = {
    server: 'clients',
    routes: 'routes',
    gateway: 'gateways',
    leafnode: 'leafnodes',
    websocket: 'websockets',
  } as const;
  const names = [`DNS:${serviceOf(EVERYWHERE)}`, `DNS:*.${EVERYWHERE}-mgmt.${environment.namespace}.svc`];
  for (const [kind, secret] of Object.entries(secrets) as [keyof typeof secrets, string][]) {
    const identity = await makeIdentity({ names }, authority);
    presented.set(kind, identity);
    await putEverywhere(secret, identity, kind === 'routes' ? 'route' : 'server');
  }
}

const putEverywhere = async (secret: string, { cert, key }: Identity, stem = 'server'): Promise<void> =>
  putSecret(environment.namespace, `${EVERYWHERE}-${secret}`, {
    'ca.pem': authority.cert,
    [`${stem}.pem`]: cert,
    [`${stem}-key.pem`]: key,
  });

describe('examples/tls-strict.yaml', () => {
  const host = (): string => strict.status?.podIP ?? '';

  async function asClient(commonName: string): Promise<ConnectionOptions> {
    const { cert, key } = await makeIdentity({ commonName, uses: 'clientAuth' }, authority);
    return { tls: { ca: authority.cert, cert, key } };
  }

  test('knows clients by their certificates, and holds them to what their users may do', async () => {
    const [orders, audit, stranger] = await Promise.all(['orders', 'audit', 'stranger'].map(asClient));
    const address = serviceOf(STRICT);
    await withClients([openClient(address, orders), openClient(address, audit)], async (client, other) => {
      await carry(client, other, 'orders.new');
      const said = protocolError(client);
      client.publish('billing', 'x');
      expect(await said).toMatch(/Permissions Violation for Publish to "billing"/i);
    });
    expect(await refusal(address, stranger)).toMatch(/authorization violation/i);
  }, 60_000);

  test('agrees on the listed cipher and curve, and on no other', async () => {
    const { cert, key } = await makeIdentity({ commonName: 'audit', uses: 'clientAuth' }, authority);
    // OpenSSL asks the curve of the certificate's own key of its list as well, before TLS 1.3.
    const [listed, unlisted] = ['P-384:P-256', 'X25519:P-256'];
    const old = { cert, key, maxVersion: 'TLSv1.2', ecdhCurve: listed } as const;
    const keys = { name: 'secp384r1' };
    const [cipher, other] = ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256'];
    expect(await handshake(host(), { ...old, ciphers: `${other}:${cipher}` })).toMatchObject({ cipher, keys });
    await expect(handshake(host(), { ...old, ciphers: other })).rejects.toThrow(/handshake failure/);
    expect(await handshake(host(), { cert, key, ecdhCurve: listed })).toMatchObject({ protocol: 'TLSv1.3', keys });
    await expect(handshake(host(), { cert, key, ecdhCurve: unlisted })).rejects.toThrow(/handshake failure/);
  }, 30_000);

  test('is monitored by HTTPS, and by HTTP when that is taken back', async () => {
    expect(await monitor(strict, 'varz', 'https')).toMatchObject({ tls_verify: true });
    await expect(monitor(strict, 'varz', 'http')).rejects.toThrow();
    await patchSpec(environment.namespace, STRICT, { tls: { enableHttps: false } });
    const [pod] = await waitUntilSettled(environment.namespace, STRICT, 1, 90_000);
    expect(pod && (await monitor(pod, 'varz', 'http'))).toMatchObject({ tls_verify: true });
  }, 120_000);
});

describe('examples/tls-everywhere.yaml', () => {
  const ports = { server: 4222, routes: 6222, gateway: 7222, leafnode: 7422, websocket: 8443 } as const;
  const host = (): string => everywhere.status?.podIP ?? '';

  test('presents to each kind of connection the certificate of its own', async () => {
    for (const [kind, { cert }] of presented) {
      const fingerprint = await presentedCertificate(host(), ports[kind], kind, 5_000);
      expect([kind, fingerprint]).toEqual([kind, new X509Certificate(cert).fingerprint256]);
    }
  }, 30_000);

  test('bears with a handshake that does not come for as long as it is told, and no longer', async () => {
    // The servers' own limit is 2 s, and none for websockets.
    const limits = { server: 500, routes: 3000, gateway: 3500, leafnode: 4000, websocket: 3000 } as const;
    const kinds = Object.keys(limits) as (keyof typeof limits)[];
    const waited = await Promise.all(kinds.map(async kind => patience(host(), ports[kind])));
    for (const [index, kind] of kinds.entries()) {
      expect(waited[index]).toBeGreaterThan(limits[kind] * 0.9);
      expect(waited[index]).toBeLessThan(limits[kind] + 1400);
    }
  }, 30_000);

  test('says of its certificate that it ends soon, and then that it has ended, by itself', async () => {
    const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + 10_000)];
    const own = presented.get('server');
    if (own === undefined) throw new Error('it has a certificate for clients');
    const ending = await withLife(own, from, to);
    await putEverywhere('clients', ending);
    const secretsAre = async (status: string, words: RegExp): Promise<unknown> =>
      waitForCondition(environment.namespace, EVERYWHERE, 'SecretsValid', status, words);
    const place = `"${EVERYWHERE}-clients", key "server.pem"`;
    await secretsAre('True', new RegExp(`${place} expires soon, at \\d{4}-.*renew the certificate`));
    await waitUntilPresented([everywhere], 'server', ending.cert);
    await secretsAre('False', new RegExp(`${place} expired at \\d{4}-.*renew the certificate`));
    await putEverywhere('clients', own);
    await secretsAre('True', /hold what the servers need/);
    await waitUntilPresented([everywhere], 'server', own.cert);
    await expectPodsUnchanged([everywhere]);
  }, 60_000);
});

test('a certificate of routes that other clusters would dial in vain is told', async () => {
  await applyCluster(environment.namespace, 'joined', {
    size: 1,
    paused: true,
    extraRoutes: [{ cluster: EVERYWHERE }],
    tls: { routesSecret: 'joined-routes' },
  });
  const { cert, key } = await makeIdentity({ names: [`DNS:*.joined-mgmt.${environment.namespace}.svc`] }, authority);
  await putSecret(environment.namespace, 'joined-routes', {
    ...{ 'ca.pem': authority.cert, 'route.pem': cert, 'route-key.pem': key },
  });
  const words = /"joined-routes", key "route.pem" does not cover joined-mgmt, which other clusters may dial/;
  await waitForCondition(environment.namespace, 'joined', 'SecretsValid', 'True', words);
}, 60_000);

/** The first thing that the server has against what a client does. */
async function protocolError(client: NatsConnection): Promise<string> {
  for await (const status of client.status()) {
    if (status.type === 'error') return status.error.message;
  }
  return '';
}
