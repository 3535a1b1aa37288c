import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { carry, openClient, refusal, withClients } from './support/client';
import { waitForCondition } from './support/conditions';
import { addressOf } from './support/connected-clusters';
import { applyExample } from './support/example';
import { apply } from './support/kubectl';
import { applyCluster } from './support/nats-cluster';
import {
  accountVariables,
  makeOperator,
  makeUser,
  type SignedAccount,
  type SignedOperator,
} from './support/nats-operator-keys';
import { getCluster } from './support/objects';
import { makeOutsidePod } from './support/outside-pod';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';

const VIOLATION = /authorization violation/i;

let environment: TestEnvironment;
let signed: SignedOperator;

/** All clusters of this file at once: accounts from the manifest, from an account server, and from one that is not there. */
beforeAll(async () => {
  [environment, signed] = await Promise.all([setupRestrictedEnvironment('operator-mode'), makeOperator()]);
  await putSecret(environment.namespace, 'example-operator', { 'op.jwt': signed.jwt });
  await Promise.all([
    applyExample(environment.namespace, 'operator-jwt', accountVariables(signed)),
    applyCluster(environment.namespace, 'lost', {
      size: 1,
      operatorConfig: { secret: 'example-operator', resolver: 'URL(http://nobody:8080/jwt/v1/accounts/)' },
    }),
    makeAccountServer([signed.system, signed.account]).then(async () =>
      applyExample(environment.namespace, 'operator-jwt-resolver', accountVariables(signed)),
    ),
  ]);
}, 120_000);

/** Serves the JWTs of these accounts by HTTP, as files that are named after the account. */
async function makeAccountServer(accounts: readonly SignedAccount[]): Promise<void> {
  const jwts = Object.fromEntries(accounts.map(({ id, jwt }) => [id, jwt] as const));
  const data = { 'index.html': 'here', ...jwts };
  const files = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'example-accounts' }, data };
  await apply(JSON.stringify(files), environment.namespace);
  await makeOutsidePod(environment.namespace, {
    name: 'example-accounts',
    port: 8080,
    container: {
      image: 'nats:2.15.2-alpine',
      command: ['httpd', '-f', '-p', '8080', '-h', '/www'],
      volumeMounts: [{ name: 'files', mountPath: '/www/jwt/v1/accounts' }],
    },
    volumes: [{ name: 'files', configMap: { name: 'example-accounts' } }],
  });
}

const login = async (account: SignedAccount): Promise<ConnectionOptions> => ({
  authenticator: await makeUser('user', account),
});

test.each(['example-jwt', 'example-jwt-resolver'])(
  'the users of accounts that the operator vouches for get into their account, and nobody else: %s',
  async cluster => {
    const address = await addressOf(environment.namespace, cluster);
    const [one, two] = [await login(signed.account), await login(signed.account)];
    await withClients([openClient(address, one), openClient(address, two)], carry);
    expect(await refusal(address, await login(signed.other))).toMatch(VIOLATION);
    expect(await refusal(address)).toMatch(VIOLATION);
  },
  150_000,
);

test('the status of servers whose account server is not there says so, in their own words', async () => {
  await waitForCondition(
    environment.namespace,
    'lost',
    'Ready',
    'False',
    /lost-1 is failing \(container nats: .*could not fetch <"http:\/\/nobody:8080\/jwt\/v1\/accounts\/">: .*no such host/s,
  );
  const { status } = (await getCluster(environment.namespace, 'lost')) ?? {};
  expect(status).toMatchObject({ phase: 'Creating', reason: expect.stringContaining('could not fetch') as string });
}, 150_000);
