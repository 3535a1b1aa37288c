import { clean, down, instanceHere, up } from '../cluster/lifecycle';
import { ensureMachine } from '../cluster/preflight';
import { ownProcesses } from '../cluster/processes';
import { nodeCount } from '../cluster/start';
import { comeForward } from '../operator/deployed-operator';
import { localAccess } from '../operator/local-access';
import { openContext } from '../operator/own-context';
import type { ClusterAccess } from '../operator/cluster-access';
import { buildahBuilder } from '../image/image-builder';
import { buildProductImages } from '../image/product-images';
import { certManagerController, certManagerCrds } from '../toolchain/cert-manager';
import { helmCommand } from '../toolchain/helm';
import { ensureNatsImage } from '../toolchain/nats-image';
import { testedNatsVersions } from '../toolchain/nats-versions';
import { ensureNodeBaseImage } from '../toolchain/node-base-image';
import { say, step } from '../toolchain/progress';
import { runJest } from './jest-run';
import type { TierResult } from './report';

/** Files of tests at once: most of their time they wait for pods, and two cores bear this many. */
const AT_ONCE = 5;

/**
 * The cluster tier in this checkout's own cluster, from inside its network. What ran before still runs afterwards, and what did not, does
 * not: a cluster that was stopped is stopped again, one that was not there is removed.
 */
export async function runInLocalCluster(files: readonly string[], onceAlone: () => void): Promise<TierResult[]> {
  const instance = instanceHere();
  const existed = nodeCount(instance) > 0;
  const ran = ownProcesses(instance).length > 0;
  try {
    await step('local cluster', () => up(instance, 0));
    await step('what tests take', buildWhatTestsTake);
    const access = await localAccess();
    const since = new Date().toISOString();
    const results = await runAgainst(access, files, onceAlone);
    return files.length === 0 ? [...results, await auditRights(access, since)] : results;
  } finally {
    if (!ran) await step('local cluster: back to how it was', () => (existed ? down(instance) : clean(instance)));
  }
}

/** Which of its rights the operator has used, and whether it wanted others, only the whole tier can say. */
async function auditRights({ invocation }: ClusterAccess, since: string): Promise<TierResult> {
  return runJest({ project: 'rights', files: [], workers: 1, place: invocation, variables: { RIGHTS_SINCE: since } });
}

/** Builds what tests load and run: they are in the cluster's network, where nothing that it takes can be had. */
async function buildWhatTestsTake(): Promise<void> {
  await buildProductImages(buildahBuilder(await ensureNodeBaseImage()));
  for (const version of testedNatsVersions) await ensureNatsImage(version, 'scratch');
  await certManagerController();
  await certManagerCrds();
  await helmCommand();
}

/** The cluster tier against a cluster of the user's own, whose pods and services have to be within reach. */
export async function runInContext(
  context: string,
  files: readonly string[],
  onceAlone: () => void,
): Promise<TierResult[]> {
  const { access, close } = await openContext(context);
  try {
    return await runAgainst(access, files, onceAlone);
  } finally {
    await close();
  }
}

/** Why the local cluster can't run on this machine; undefined where it can. */
export async function localObstacle(): Promise<string | undefined> {
  try {
    await ensureMachine();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * First what runs side by side, then what needs the cluster for itself. Tests make a deployed operator stand aside, for two that watch would disturb each
 * other; here it comes forward again.
 */
async function runAgainst(
  access: ClusterAccess,
  files: readonly string[],
  onceAlone: () => void,
): Promise<TierResult[]> {
  const place = access.invocation;
  try {
    const together = await runJest({ project: 'cluster', files, workers: AT_ONCE, place });
    onceAlone();
    return [together, await runJest({ project: 'alone', files, workers: 1, place })];
  } finally {
    await comeForward(access).catch((error: unknown) =>
      say(`the deployed operator still stands aside: ${String(error)}`),
    );
  }
}
