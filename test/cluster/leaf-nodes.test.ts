import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import type { LeafnodeConfig, NatsClusterSpec } from '../../generated/nats-cluster';
import { makeAuthority, makeIdentity } from '../fixtures/certificates';
import {
  addressOf,
  expectConnected,
  expectDisconnected,
  expectJoined,
  expectMessages,
  onlyServer,
} from './support/connected-clusters';
import { applyExample } from './support/example';
import { applyCluster } from './support/nats-cluster';
import {
  accountVariables,
  makeCredentials,
  makeOperator,
  makeUser,
  type SignedOperator,
} from './support/nats-operator-keys';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { waitForLog } from './support/server-log';

let environment: TestEnvironment;
let signed: SignedOperator;

/** All clusters of this file at once: a hub for anybody, one for accounts, one for passwords, and leaf nodes of each. */
beforeAll(async () => {
  [environment, signed] = await Promise.all([setupRestrictedEnvironment('leaf-nodes'), makeOperator()]);
  const authority = await makeAuthority();
  const { cert, key } = await makeIdentity({ names: ['DNS:example-guarded-hub-mgmt'] }, authority);
  const tls = { 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key };
  const login = { 'hub.creds': await makeCredentials('leaf', signed.account), 'ca.crt': authority.cert };
  const users = {
    users: [
      { username: 'leaf', password: 'secret' },
      { username: 'client', password: 'c' },
    ],
  };
  await Promise.all([
    putSecret(environment.namespace, 'example-hub-operator', { 'op.jwt': signed.jwt }),
    putSecret(environment.namespace, 'example-hub-tls', tls, 'kubernetes.io/tls'),
    putSecret(environment.namespace, 'example-leaf-login', login),
    putSecret(environment.namespace, 'hub-users', { 'users.json': JSON.stringify(users) }),
    applyExample(environment.namespace, 'leafnodes'),
    applyExample(environment.namespace, 'leafnodes-secured', accountVariables(signed)),
    applyCluster(environment.namespace, 'bound', {
      ...leafOf({ ...guarded, ...credentials, account: signed.account.id }),
      operatorConfig: sameOperator(),
    }),
    applyCluster(environment.namespace, 'stranger', leafOf(guarded)),
    applyCluster(environment.namespace, 'password-hub', passwordHub),
    applyCluster(environment.namespace, 'password-leaf', leafOf({ url: 'nats://leaf:secret@password-hub-mgmt:7422' })),
  ]);
}, 120_000);

const guarded = { url: 'tls://example-guarded-hub-mgmt:7422' };
const credentials = { credentials: '/etc/hub/hub.creds' };

/** A leaf node of that hub, with what the example's Secret holds. */
const leafOf = (remote: NonNullable<LeafnodeConfig['remotes']>[number]): NatsClusterSpec => ({
  size: 1,
  leafnodeConfig: { remotes: [remote] },
  pod: {
    natsEnv: [{ name: 'SSL_CERT_FILE', value: '/etc/hub/ca.crt' }],
    volumeMounts: [{ name: 'hub', mountPath: '/etc/hub' }],
  },
  template: { spec: { volumes: [{ name: 'hub', secret: { secretName: 'example-leaf-login' } }] } },
});

/** Accounts of its own, which happen to be the hub's. */
const sameOperator = (): NonNullable<NatsClusterSpec['operatorConfig']> => ({
  secret: 'example-hub-operator',
  systemAccount: signed.system.id,
  resolver: 'MEMORY',
  resolverPreload: { [signed.system.id]: signed.system.jwt, [signed.account.id]: signed.account.jwt },
});

const passwordHub: NatsClusterSpec = {
  size: 1,
  leafnodeConfig: { hostPort: 7422 },
  auth: { clientsAuthSecret: 'hub-users' },
  pod: { disableLeafnodesHostPort: true },
};

const user = async (): Promise<ConnectionOptions> => ({ authenticator: await makeUser('user', signed.account) });

test('a leaf node extends its hub', async () => {
  await expectJoined(environment.namespace, 'example-hub', 'example-leaf');
  await expectConnected(environment.namespace, 'example-leaf', /leaf node of 1 remote$/);
}, 150_000);

test('by TLS and with credentials, clients of the leaf node are in an account of the hub', async () => {
  await expectConnected(environment.namespace, 'example-guarded-leaf', /leaf node of 1 remote$/);
  const hub = { address: await addressOf(environment.namespace, 'example-guarded-hub'), login: await user() };
  await expectMessages(hub, { address: await addressOf(environment.namespace, 'example-guarded-leaf') });
}, 150_000);

test('a leaf node with accounts of its own is bound to one of them', async () => {
  const hub = { address: await addressOf(environment.namespace, 'example-guarded-hub'), login: await user() };
  await expectMessages(hub, { address: await addressOf(environment.namespace, 'bound'), login: await user() });
}, 150_000);

test('a leaf node whose URL has a login is let in by a hub that knows users', async () => {
  const hub = { address: await addressOf(environment.namespace, 'password-hub'), login: { user: 'client', pass: 'c' } };
  await expectMessages(hub, { address: await addressOf(environment.namespace, 'password-leaf') });
}, 150_000);

test('a leaf node without a login is refused, and the status of its cluster says so', async () => {
  const words = /stranger-1 is a leaf node of 0 of 1 remotes: see the log .*; the hub must accept its credentials/;
  await expectDisconnected(environment.namespace, 'stranger', words);
  await waitForLog(await onlyServer(environment.namespace, 'stranger'), /leafnode error 'authorization violation'/i);
}, 150_000);
