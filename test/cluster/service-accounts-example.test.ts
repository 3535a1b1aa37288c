import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { projectRoot } from '../../scripts/image/project-root';
import { apply, kubectl } from './support/kubectl';
import { waitUntilSettled } from './support/nats-cluster';
import { getPod, restarts } from './support/objects';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { logIn, waitForLogin, waitForRole } from './support/service-accounts';
import { waitFor } from './support/wait-for';

const example = readFileSync(join(projectRoot, 'examples/service-accounts.yaml'), 'utf8');

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('accounts-example');
}, 180_000);

describe('examples/service-accounts.yaml', () => {
  it('makes a pod a user of NATS by the token that it mounts', async () => {
    await apply(example, environment.namespace);
    await waitForRole(environment.namespace, 'orders', 'TokensIssued');
    await waitFor(async () => (await getPod(environment.namespace, 'orders'))?.status?.phase === 'Succeeded', {
      what: 'the pod to have published its message',
      deadline: 120_000,
    });
    expect(await kubectl(['logs', 'orders', '-n', environment.namespace])).toContain('PONG');
  }, 180_000);

  it('lets it do what its role allows, and nothing else', async () => {
    const [pod] = await waitUntilSettled(environment.namespace, 'accounts', 3);
    if (pod === undefined) throw new Error('three pods were expected');
    const login = await waitForLogin(environment.namespace, 'orders-accounts-bound-token');
    const client = await logIn(pod, login);
    const refusals: string[] = [];
    void collectErrors(client, refusals);
    client.subscribe('billing.>', { callback: () => undefined });
    client.publish('orders.new', 'hello');
    client.publish('billing.new', 'hello');
    await client.flush();
    await waitFor(() => refusals.length === 2, { what: 'both to be refused' });
    expect(refusals.sort()).toEqual([
      expect.stringMatching(/permissions violation for publish to "billing\.new"/i),
      expect.stringMatching(/permissions violation for subscription to "billing\.>"/i),
    ]);
    await client.close();
  }, 120_000);

  it('has the role changed without a restart', async () => {
    const pods = await waitUntilSettled(environment.namespace, 'accounts', 3);
    const login = await waitForLogin(environment.namespace, 'orders-accounts-bound-token');
    const permissions = { publish: ['orders.>'], subscribe: ['billing.>', '_INBOX.>'] };
    await environment.kubectl(
      ...['patch', 'natsservicerole', 'orders', '--type=merge', '-p', JSON.stringify({ spec: { permissions } })],
    );
    for (const pod of pods) {
      await waitFor(async () => maySubscribe(await logIn(pod, login), 'billing.>'), {
        what: `${pod.metadata?.name ?? ''} to let the role read billing`,
      });
    }
    const after = await waitUntilSettled(environment.namespace, 'accounts', 3);
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(pods.map(({ metadata }) => metadata?.uid));
    expect(after.map(restarts)).toEqual([0, 0, 0]);
  }, 120_000);
});

/** What the server has against the client, as it comes. */
async function collectErrors(client: NatsConnection, into: string[]): Promise<void> {
  for await (const status of client.status()) if (status.type === 'error') into.push(status.error.message);
}

/** Whether the server lets the client listen to that; the connection is closed. */
async function maySubscribe(client: NatsConnection, subject: string): Promise<boolean> {
  const refusals: string[] = [];
  void collectErrors(client, refusals);
  client.subscribe(subject, { callback: () => undefined });
  await client.flush();
  await client.close();
  return refusals.length === 0;
}
