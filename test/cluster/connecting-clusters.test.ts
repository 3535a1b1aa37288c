import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { makeAuthority, makeIdentity } from '../fixtures/certificates';
import { carry, openClient, refusal, withClients } from './support/client';
import { applyExample } from './support/example';
import { kubectl } from './support/kubectl';
import { monitor } from './support/monitoring';
import { makeOperator, makeUser, type SignedAccount } from './support/nats-operator-keys';
import { waitUntilSettled } from './support/nats-cluster';
import { getPods } from './support/objects';
import { openScene, type Scene } from './support/scene';
import { putSecret } from './support/secret';
import { openWebsocket } from './support/websocket';

let scene: Scene;

/** The strictest standard there is: none of the examples may need more. */
beforeAll(async () => {
  scene = await openScene('connecting');
  await kubectl(['label', 'namespace', scene.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  for (const name of ['super-cluster', 'extra-routes', 'leafnodes', 'websocket']) {
    await applyExample(scene.namespace, name);
  }
}, 120_000);

afterAll(async () => scene.end(), 120_000);

/** The address of one server. */
async function addressOf(cluster: string): Promise<string> {
  await waitUntilSettled(scene.namespace, cluster, 1, 90_000);
  const [pod] = await getPods(scene.namespace, cluster);
  return pod?.status?.podIP ?? '';
}

/** Proves that messages go both ways between clients of the two clusters. */
async function expectConnected(one: string, other: string): Promise<void> {
  const [here, there] = [await addressOf(one), await addressOf(other)];
  await withClients([openClient(here), openClient(there)], async (client, remote) => {
    await carry(client, remote);
    await carry(remote, client);
  });
}

test('gateways carry messages between two clusters, each with a name of its own', async () => {
  await expectConnected('example-east', 'example-west');
  const [east] = await getPods(scene.namespace, 'example-east');
  if (east === undefined) throw new Error('example-east has no pod');
  const { name, outbound_gateways: outbound } = await monitor<{ name: string; outbound_gateways: object }>(
    east,
    'gatewayz',
  );
  expect([name, Object.keys(outbound)]).toEqual(['east', ['west']]);
}, 150_000);

test('extra routes make one mesh of two NatsClusters', async () => {
  await expectConnected('example-main', 'example-annex');
}, 150_000);

test('a leaf node extends its hub', async () => {
  await expectConnected('example-hub', 'example-leaf');
}, 150_000);

test('clients come by ws, and by wss once its certificate is there', async () => {
  const authority = await makeAuthority();
  const names = ['example-ws', 'example-wss'].map(name => `${name}.${scene.namespace}.svc`);
  const { cert, key } = await makeIdentity({ names: names.map(name => `DNS:${name}`) }, authority);
  const files = { 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key };
  await putSecret(scene.namespace, 'example-wss-tls', files, 'kubernetes.io/tls');
  const [plain, secure] = [await addressOf('example-ws'), await addressOf('example-wss')];
  await withClients([openWebsocket(`ws://${names[0] ?? ''}:8080`), openClient(plain)], carry);
  await withClients([openWebsocket(`wss://${names[1] ?? ''}:8443`, authority.cert), openClient(secure)], carry);
}, 150_000);

test('users whom an operator vouches for get into their account, and no further', async () => {
  const { jwt, system, account, other } = await makeOperator();
  await putSecret(scene.namespace, 'example-operator', { 'op.jwt': jwt });
  await applyExample(scene.namespace, 'operator-jwt', {
    SYSTEM_ACCOUNT: system.id,
    SYSTEM_ACCOUNT_JWT: system.jwt,
    ACCOUNT: account.id,
    ACCOUNT_JWT: account.jwt,
  });
  const address = await addressOf('example-jwt');
  const login = async (to: SignedAccount): Promise<ConnectionOptions> => ({
    authenticator: await makeUser('user', to),
  });
  const [one, two] = [await login(account), await login(account)];
  await withClients([openClient(address, one), openClient(address, two)], carry);
  expect(await refusal(address, await login(other))).toMatch(/authorization violation/i);
  expect(await refusal(address)).toMatch(/authorization violation/i);
}, 150_000);
