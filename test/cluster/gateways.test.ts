import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { expectConnected, expectDisconnected, expectJoined, onlyServer } from './support/connected-clusters';
import { applyExample } from './support/example';
import { monitor } from './support/monitoring';
import { applyCluster } from './support/nats-cluster';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { waitForLog } from './support/server-log';

const LOGIN = 'example-gateways-login';
const TLS = 'example-gateways-tls';

let environment: TestEnvironment;

/** All clusters of this file at once: two that are joined in the clear, three by TLS and a login, and two whom the three shall refuse. */
beforeAll(async () => {
  environment = await setupRestrictedEnvironment('gateways');
  const names = ['north', 'south', 'overseas', 'liar', 'forger'].map(name => `DNS:example-${name}-mgmt`);
  const [authority, forged] = await Promise.all([makeAuthority(), makeAuthority('somebody else')]);
  const uses = 'serverAuth,clientAuth';
  const [identity, forgery] = await Promise.all([
    makeIdentity({ names, uses }, authority),
    makeIdentity({ names, uses }, forged),
  ]);
  await Promise.all([
    putLogin(LOGIN, 'right'),
    putLogin('wrong-login', 'wrong'),
    putTls(TLS, identity, authority),
    // It trusts the others, and is not trusted by them: it has no certificate of an authority that they name.
    putTls('forged-tls', forgery, { ...authority, cert: authority.cert + forged.cert }),
    applyExample(environment.namespace, 'super-cluster'),
    applyExample(environment.namespace, 'super-cluster-secured'),
    applyCluster(environment.namespace, 'example-liar', stranger('liar', 'wrong-login', TLS)),
    applyCluster(environment.namespace, 'example-forger', stranger('forger', LOGIN, 'forged-tls')),
  ]);
}, 120_000);

const putLogin = async (secret: string, password: string): Promise<void> =>
  putSecret(environment.namespace, secret, { 'login.json': JSON.stringify({ username: 'gateway', password }) });

const putTls = async (secret: string, { cert, key }: Identity, { cert: ca }: Identity): Promise<void> =>
  putSecret(environment.namespace, secret, { 'ca.crt': ca, 'tls.crt': cert, 'tls.key': key }, 'kubernetes.io/tls');

const stranger = (name: string, login: string, tls: string): NatsClusterSpec => ({
  size: 1,
  auth: { gatewayAuthSecret: login },
  tls: { gatewaySecret: tls },
  gatewayConfig: { name, gateways: [{ name: 'north', url: 'nats://example-north-mgmt:7222' }] },
  pod: { disableGatewaysHostPort: true },
});

interface Gatewayz {
  readonly name: string;
  readonly outbound_gateways: Readonly<Record<string, unknown>>;
  readonly inbound_gateways: Readonly<Record<string, unknown>>;
}

async function gatewaysOf(cluster: string): Promise<[name: string, outbound: string[], inbound: string[]]> {
  const { name, ...gateways } = await monitor<Gatewayz>(await onlyServer(environment.namespace, cluster), 'gatewayz');
  return [name, Object.keys(gateways.outbound_gateways).sort(), Object.keys(gateways.inbound_gateways).sort()];
}

test('gateways carry messages between two clusters, each with a name of its own', async () => {
  await expectJoined(environment.namespace, 'example-east', 'example-west');
  await expectConnected(environment.namespace, 'example-east', /gateways to west$/);
  expect(await gatewaysOf('example-east')).toEqual(['east', ['west'], ['west']]);
}, 150_000);

test('three clusters are a super-cluster by TLS and with a login, each connected to both others both ways', async () => {
  await expectConnected(environment.namespace, 'example-north', /gateways to south, overseas$/);
  await expectConnected(environment.namespace, 'example-south', /gateways to north, overseas$/);
  await expectConnected(environment.namespace, 'example-overseas', /gateways to north, south$/);
  await expectJoined(environment.namespace, 'example-north', 'example-south');
  await expectJoined(environment.namespace, 'example-south', 'example-overseas');
  await expectJoined(environment.namespace, 'example-overseas', 'example-north');
  const { north, south, overseas } = { north: 'north', south: 'south', overseas: 'overseas' };
  expect(await gatewaysOf('example-north')).toEqual([north, [overseas, south], [overseas, south]]);
  expect(await gatewaysOf('example-south')).toEqual([south, [north, overseas], [north, overseas]]);
  expect(await gatewaysOf('example-overseas')).toEqual([overseas, [north, south], [north, south]]);
  const { gateway } = await monitor<{ gateway: object }>(
    await onlyServer(environment.namespace, 'example-north'),
    'varz',
  );
  expect(gateway).toMatchObject({ tls_required: true, auth_timeout: 3, tls_timeout: 3, reject_unknown: true });
}, 150_000);

test.each([
  ['a login', 'example-liar', 'example-liar', /gateway error 'authorization violation'/i],
  [
    'a certificate',
    'example-forger',
    'example-north',
    /tls gateway handshake error: tls: client didn't provide a certificate/i,
  ],
])(
  'a gateway with %s that is not right is refused, and the status of its cluster says so',
  async (_what, cluster, teller, words) => {
    await expectDisconnected(
      environment.namespace,
      cluster,
      /-1 has no gateway to north: see the log of its .*; both sides must have the same credentials \(spec\.auth\.gatewayAuthSecret\), trust the certificate/,
    );
    await waitForLog(await onlyServer(environment.namespace, teller), words);
    const [, , inbound] = await gatewaysOf('example-north');
    expect(inbound).toEqual(['overseas', 'south']);
  },
  150_000,
);
