import type { V1Pod } from '@kubernetes/client-node';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import { expire, makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { openClient, refusal } from './support/client';
import { protocolError } from './support/protocol-errors';
import { waitForCondition } from './support/conditions';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { expectPodsUnchanged } from './support/expect-pods-unchanged';
import { waitFor } from './support/wait-for';

const NAME = 'leaky';

let environment: TestEnvironment;
let pods: readonly V1Pod[];
let authority: Identity;
let certificate: Identity;

const alice = { username: 'alice', password: 'planted-alice' };
const mallory = { username: 'mallory', password: 'planted-mallory' };

const putUsers = async (...users: readonly object[]): Promise<void> =>
  putSecret(environment.namespace, 'leaky-users', { 'users.json': JSON.stringify({ users }) });

const putCertificate = async ({ cert, key }: Identity): Promise<void> =>
  putSecret(environment.namespace, 'leaky-websocket', {
    'ca.pem': authority.cert,
    'server.pem': cert,
    'server-key.pem': key,
  });

const putLogin = async (text: string): Promise<void> =>
  putSecret(environment.namespace, 'leaky-gateway', { login: text });

beforeAll(async () => {
  environment = await setupTestEnvironment('revocation');
  authority = await makeAuthority();
  certificate = await makeIdentity({ names: [`DNS:${NAME}.${environment.namespace}.svc`] }, authority);
  await Promise.all([
    putUsers(alice, mallory),
    putCertificate(certificate),
    putLogin('{"username": "gate", "password": "planted-gate"}'),
  ]);
  await applyCluster(environment.namespace, NAME, {
    // Gateways and websockets take ports of the node, of which there is one.
    size: 1,
    auth: { clientsAuthSecret: 'leaky-users', gatewayAuthSecret: 'leaky-gateway' },
    tls: { websocketSecret: 'leaky-websocket' },
    websocketConfig: { port: 9222 },
    gatewayConfig: { name: NAME, hostPort: 7533 },
    pod: { enableConfigReload: true },
  });
  pods = await waitUntilSettled(environment.namespace, NAME, 1, 120_000);
}, 240_000);

afterAll(async () => environment.end(), 120_000);

const at = ({ status }: V1Pod): string => `${status?.podIP ?? ''}:4222`;

const logIn = async (user: { username: string; password: string }): Promise<NatsConnection[]> =>
  Promise.all(pods.map(async pod => openClient(at(pod), { user: user.username, pass: user.password })));

async function expectRevoked(clients: readonly NatsConnection[], kept: readonly NatsConnection[]): Promise<void> {
  for (const client of clients) await client.closed();
  for (const pod of pods) {
    const { username: user, password: pass } = mallory;
    expect(await refusal(at(pod), { user, pass })).toMatch(/authorization violation/i);
  }
  for (const client of kept) {
    await client.flush();
    await client.close();
  }
  await expectPodsUnchanged(pods);
}

const isSecretsProblem = async (pattern: RegExp): Promise<unknown> =>
  waitForCondition(environment.namespace, NAME, 'SecretsValid', 'False', pattern);

test('a user who is taken out is out of every server although a certificate of websockets has expired', async () => {
  await putCertificate(await expire(certificate));
  await isSecretsProblem(/expired at/);
  const [revoked, kept] = [await logIn(mallory), await logIn(alice)];
  await putUsers(alice);
  await expectRevoked(revoked, kept);
  await isSecretsProblem(/expired at/);
}, 90_000);

test('so is one whose permissions are taken away while the login of gateways is broken', async () => {
  await putCertificate(certificate);
  await putUsers(alice, mallory);
  await waitForCondition(environment.namespace, NAME, 'ConfigApplied', 'True', /./);
  await putLogin('{"username": "gate"');
  await isSecretsProblem(/unexpected end/);
  await putUsers({ ...alice, permissions: { publish: [] } }, mallory);
  await waitFor(
    async () => {
      const [client] = await logIn(alice);
      if (client === undefined) return false;
      const denied = protocolError(client);
      client.publish('anything');
      await client.flush();
      await client.close();
      return /permissions violation/i.test(await denied);
    },
    { what: 'alice to be denied what she publishes', deadline: 30_000 },
  );
  await putLogin('{"username": "gate", "password": "planted-gate"}');
  await waitForCondition(environment.namespace, NAME, 'ConfigApplied', 'True', /./);
  await expectPodsUnchanged(pods);
}, 120_000);

test('and so is one while a mounted key is damaged, with which servers reject every reload', async () => {
  await putUsers(alice, mallory);
  await waitForCondition(environment.namespace, NAME, 'ConfigApplied', 'True', /./);
  const [revoked, kept] = [await logIn(mallory), await logIn(alice)];
  await putCertificate({ ...certificate, key: 'damaged' });
  await isSecretsProblem(/contains no private key/);
  await putUsers(alice);
  await expectRevoked(revoked, kept);
  await putCertificate(certificate);
  await waitForCondition(environment.namespace, NAME, 'ConfigApplied', 'True', /./);
  await expectPodsUnchanged(pods);
}, 120_000);
