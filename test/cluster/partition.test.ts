import type { V1Pod } from '@kubernetes/client-node';
import { makeAuthority, makeIdentity } from '../fixtures/certificates';
import { carry, openClient, withClients } from './support/client';
import { monitor } from './support/monitoring';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getPods } from './support/objects';
import { RolloutMonitor } from './support/rollout-monitor';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { ClientPair } from './support/client-pair';
import { waitForMoreMessages } from './support/steady-messages';
import { PartitionMonitor } from './support/partition-monitor';

const SIZE = 3;
const NAME = 'parted';
const ROUTES = 'parted-routes';

/** Milliseconds for which a mesh of three may be parted: two servers are replaced meanwhile, one after the other. */
const LONGEST_SPLIT = 60_000;
const PAIRS = 4;

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('partition');
  const authority = await makeAuthority();
  const names = [`DNS:*.${NAME}-mgmt.${environment.namespace}.svc`];
  const route = await makeIdentity({ names, uses: 'serverAuth,clientAuth' }, authority);
  await putSecret(environment.namespace, ROUTES, {
    'ca.pem': authority.cert,
    'route.pem': route.cert,
    'route-key.pem': route.key,
  });
  await applyCluster(environment.namespace, NAME, {
    size: SIZE,
    version: '2.15.2',
    // A server with clients waits that long before it sends them away; 10 s by default.
    natsConfig: { extra: { lame_duck_grace_period: '1s' } },
  });
  await waitUntilSettled(environment.namespace, NAME, SIZE, 120_000);
}, 240_000);

afterAll(async () => environment.end(), 120_000);

const events = async (): Promise<string> =>
  environment.kubectl('get', 'events', '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}');

interface Routez {
  readonly server_id: string;
  readonly routes: readonly { readonly remote_id: string }[];
}

/** How many other servers each has routes to. */
async function peersOfEach(pods: readonly V1Pod[]): Promise<number[]> {
  const answers = await Promise.all(pods.map(async pod => monitor<Routez>(pod, 'routez')));
  return answers.map(({ routes }) => new Set(routes.map(({ remote_id: remote }) => remote)).size);
}

/** A message from a client of each server to one of each other. */
async function expectMessagesBetween(pods: readonly V1Pod[]): Promise<void> {
  const addresses = pods.map(({ status }) => `${status?.podIP ?? ''}:4222`);
  for (const from of addresses) {
    for (const to of addresses.filter(address => address !== from))
      await withClients([openClient(from), openClient(to)], async (publisher, subscriber) =>
        carry(publisher, subscriber),
      );
  }
}

/** Changes the spec while clients talk, and measures what becomes of the mesh and of them. */
async function part(
  change: object,
): Promise<{ roll: RolloutMonitor; split: PartitionMonitor; pairs: readonly ClientPair[] }> {
  const server = `${NAME}.${environment.namespace}.svc:4222`;
  const pairs = await Promise.all(Array.from({ length: PAIRS }, async () => ClientPair.connect(server)));
  await waitForMoreMessages(pairs);
  const roll = new RolloutMonitor(environment.namespace, NAME, SIZE);
  const split = new PartitionMonitor(environment.namespace, NAME, SIZE);
  try {
    await patchSpec(environment.namespace, NAME, change);
    await waitUntilSettled(environment.namespace, NAME, SIZE, 180_000);
    await waitForMoreMessages(pairs);
  } finally {
    await Promise.all([roll.stop(), split.stop()]);
    await Promise.all(pairs.map(async pair => pair.close()));
  }
  return { roll, split, pairs };
}

describe.each([
  [
    'TLS of routes where there was none',
    { tls: { routesSecret: ROUTES } },
    /Partitioned: .*routes have TLS on one side alone/,
  ],
  ['another name of the cluster', { clusterName: 'elsewhere' }, /Partitioned: .*the cluster has another name/],
])('%s, for which old and new servers reject each other', (_title, change, announcement) => {
  it('is announced, carried out quickly one server after the other, and leaves one mesh', async () => {
    const { roll, split, pairs } = await part(change);
    expect(await events()).toMatch(announcement);
    expect(split.reasons).toContain('Partitioned');
    expect(roll.left).toEqual([`${NAME}-3`, `${NAME}-2`, `${NAME}-1`]);
    expect(roll.mostDown).toBe(1);
    expect(split.longest).toBeGreaterThan(0);
    expect(split.longest).toBeLessThan(LONGEST_SPLIT);
    // Clients of one side do not hear those of the other, for no longer than the mesh is parted and they take to connect again.
    expect(Math.max(...pairs.map(({ messages }) => messages.longestGap))).toBeLessThan(LONGEST_SPLIT + 5_000);
    const pods = await getPods(environment.namespace, NAME);
    expect(await peersOfEach(pods)).toEqual([2, 2, 2]);
    await expectMessagesBetween(pods);
  }, 300_000);
});
