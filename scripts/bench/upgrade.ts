import { applyCluster, patchSpec, waitUntilSettled } from '../../test/cluster/support/nats-cluster';
import { PublishingClient } from '../../test/cluster/support/publishing-client';
import { newestNatsVersion, preloadedNatsVersions } from '../../tools/toolchain/nats-versions';
import { inNamespace } from './bench-namespace';
import { figure, spread, type Figure } from './figure';

const SIZE = 3;
const CLIENTS_OF_EACH = 3;
const NAME = 'bench-upgrade';
const ROLLED_MS = 300_000;

/** How long clients that connect again hear nothing of themselves while three servers are upgraded one after the other. */
export async function measureUpgrade(rounds: number): Promise<Figure[]> {
  const gaps: number[] = [];
  for (let round = 1; round <= rounds; round += 1) gaps.push(...(await inNamespace(upgradeOnce)));
  const what = `upgrade: the longest time that a client's core messages did not come through while ${SIZE} servers are upgraded`;
  return [figure(what, { value: Math.max(...gaps) / 1000, bound: 2, unit: ' s' }, { milliseconds: spread(gaps) })];
}

/** Returns the longest gap of each client, in milliseconds. */
async function upgradeOnce(namespace: string): Promise<number[]> {
  const [, older = ''] = preloadedNatsVersions;
  await applyCluster(namespace, NAME, { size: SIZE, version: older });
  const pods = await waitUntilSettled(namespace, NAME, SIZE);
  const wanted = pods.flatMap(pod => Array.from({ length: CLIENTS_OF_EACH }, () => pod));
  const clients = await Promise.all(wanted.map(async pod => PublishingClient.connect(pod)));
  try {
    await patchSpec(namespace, NAME, { version: newestNatsVersion });
    await waitUntilSettled(namespace, NAME, SIZE, ROLLED_MS);
    return clients.map(({ messages }) => messages.longestGap);
  } finally {
    await Promise.all(clients.map(async client => client.close()));
  }
}
