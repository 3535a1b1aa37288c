import type { V1Pod } from '@kubernetes/client-node';
import { refusal } from './support/client';
import { waitForCondition } from './support/conditions';
import { addressOf, onlyServer } from './support/connected-clusters';
import { applyExample } from './support/example';
import { waitUntilSettled } from './support/nats-cluster';
import { getCondition, getPods, restarts } from './support/objects';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import {
  applyRole,
  makeAccount,
  readyMessage,
  waitForLogin,
  waitForRole,
  waitUntilAuthorized,
  type Login,
} from './support/service-accounts';

const NAME = 'example-mixed';
const admin: Login = { user: 'admin', pass: 'planted-admin' };

let environment: TestEnvironment;
let before: V1Pod;
let orders: Login;

beforeAll(async () => {
  environment = await setupRestrictedEnvironment('mixed-users');
  await putUsers(admin.user);
  await applyExample(environment.namespace, 'auth-service-accounts');
  orders = await waitForLogin(environment.namespace, `orders-${NAME}-bound-token`);
  before = await onlyServer(environment.namespace, NAME);
}, 180_000);

const putUsers = async (...names: readonly string[]): Promise<void> => {
  const users = names.map(username => ({ username, password: admin.pass }));
  await putSecret(environment.namespace, `${NAME}-users`, { 'users.json': JSON.stringify({ users }) });
};

const server = async (): Promise<V1Pod> => {
  const [pod] = await getPods(environment.namespace, NAME);
  if (pod === undefined) throw new Error('the server is gone');
  return pod;
};

async function bothGetIn(): Promise<void> {
  await waitUntilAuthorized(server, admin);
  await waitUntilAuthorized(server, orders);
}

test('a user of the Secret and one of a role get in, and nobody else', async () => {
  await bothGetIn();
  const address = await addressOf(environment.namespace, NAME);
  expect(await refusal(address, { ...orders, user: 'admin' })).toMatch(/authorization violation/i);
  expect(await refusal(address)).toMatch(/authorization violation/i);
}, 120_000);

test('a role that comes with the name of a user in the Secret gets no token, and says why', async () => {
  await makeAccount(environment.namespace, 'admin');
  await applyRole(environment.namespace, 'admin', NAME, {});
  expect(readyMessage(await waitForRole(environment.namespace, 'admin', 'UserNameConflict'))).toContain(
    'the user admin is in the Secret that spec.auth.clientsAuthSecret names already; rename one of the two',
  );
  await bothGetIn();
}, 120_000);

test("a Secret that takes a role's name is told with its place, and the last good users stay", async () => {
  await putUsers('admin', 'orders');
  await waitForCondition(
    environment.namespace,
    NAME,
    'SecretsValid',
    'False',
    /"example-mixed-users", key "users\.json": users\[1\] duplicates user "orders" \(the first is of a NatsServiceRole/,
  );
  expect((await getCondition(environment.namespace, NAME, 'Ready'))?.status).toBe('True');
  await bothGetIn();
  await putUsers('admin');
  await waitForCondition(environment.namespace, NAME, 'SecretsValid', 'True', /hold what the servers need/);
  await bothGetIn();
  const [after] = await waitUntilSettled(environment.namespace, NAME, 1);
  expect([after?.metadata?.uid, after && restarts(after)]).toEqual([before.metadata?.uid, 0]);
}, 120_000);
