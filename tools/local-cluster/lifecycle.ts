import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../toolchain/artifact-cache';
import { withLock } from '../toolchain/lock';
import { say } from '../toolchain/progress';
import { topologyOf } from './cluster-node';
import { ensureEquipment } from './equipment';
import { loadImage } from './images';
import { instanceOf, type Instance } from './instance';
import { ensureMachine } from './preflight';
import { nodeCount, startInstance } from './start';
import { cleanInstance, stopInstance } from './stop';

/** What the instance of the cluster tier is called beside the checkout's own. */
export const TESTS = 'tests';

/** The instance of this checkout; CLUSTER_NAME in the environment names another one beside it. */
export function instanceHere(): Instance {
  return instanceNamed(process.env.CLUSTER_NAME);
}

/** The instance of that name beside the checkout's own; without a name the checkout's own. */
export function instanceNamed(name?: string): Instance {
  return instanceOf(realpathSync(join(__dirname, '..', '..')), name);
}

/** Starts the instance, or makes it whole again, with at least that many nodes (0: as many as it has). */
export async function up(instance: Instance, nodes: number): Promise<void> {
  await ensureMachine();
  const equipment = await ensureEquipment();
  await alone(instance, () => startInstance(instance, nodes, equipment));
}

/** Stops all that runs; the state stays. */
export async function down(instance: Instance): Promise<void> {
  await alone(instance, () => stopInstance(instance));
}

/** Stops all that runs and removes the state; what was built stays in the user's cache. */
export async function clean(instance: Instance): Promise<void> {
  await alone(instance, () => cleanInstance(instance));
}

/** Loads OCI archives into every node of the running instance. */
export async function load(instance: Instance, archives: readonly string[]): Promise<void> {
  const { programs } = await ensureEquipment();
  const { nodes } = topologyOf(instance, Math.max(1, nodeCount(instance)));
  for (const node of nodes) {
    for (const archive of archives) await loadImage(node, programs, archive);
  }
}

/** One run at a time starts or stops an instance. */
async function alone(instance: Instance, work: () => Promise<void>): Promise<void> {
  const waiting = () => say(`  … another run is working on ${instance.name}, waiting for it`);
  await withLock(join(cacheFolder(), 'locks', instance.name), waiting, work);
}
