import { join } from 'node:path';
import { clean, instanceNamed, TESTS, up } from '../../tools/local-cluster/lifecycle';
import { ensureMachine } from '../../tools/local-cluster/preflight';
import { comeForward } from '../operator/deployed-operator';
import { localAccess } from '../operator/local-access';
import { openContext } from '../operator/own-context';
import type { ClusterAccess } from '../operator/cluster-access';
import { buildahBuilder } from '../image/image-builder';
import { buildProductImages } from '../image/product-images';
import { certManagerController, certManagerCrds } from '../../tools/toolchain/cert-manager';
import { cacheFolder } from '../../tools/toolchain/artifact-cache';
import { helmCommand } from '../../tools/toolchain/helm';
import { withLock } from '../../tools/toolchain/lock';
import { ensureNatsImage } from '../../tools/toolchain/nats-image';
import { testedNatsVersions } from '../../tools/toolchain/nats-versions';
import { ensureNodeBaseImage } from '../../tools/toolchain/node-base-image';
import { say, step } from '../../tools/toolchain/progress';
import { runJest } from './jest-run';
import type { TierResult } from './report';
import { messageOf } from '../../tools/toolchain/run-main';

/** Files of tests at once: most of their time they wait for pods, and two cores bear this many. */
const AT_ONCE = 5;

export interface ClusterRun {
  /** Patterns of the files to run; all of the tier's when there are none. */
  readonly files: readonly string[];
  /** Called when what runs side by side in the cluster has ended, if it comes to that. */
  readonly onceAlone: () => void;
}

/**
 * The cluster tier in a cluster of its own beside the checkout's, from inside its network: new at first and gone afterwards, so that whatever
 * somebody has in theirs is neither in the way nor touched. With `keep` the one that is there is used, and left for the next run.
 */
export async function runInLocalCluster(run: ClusterRun, keep: boolean): Promise<TierResult[]> {
  const instance = instanceNamed(TESTS);
  const waiting = (): void => say('  … another run of the tests uses their cluster, waiting for its end');
  return withLock(join(cacheFolder(), 'locks', `${instance.name}-in-use`), waiting, async () => {
    try {
      if (!keep) await clean(instance);
      await step("the tests' cluster", () => up(instance, 0));
      await step('what tests take', buildWhatTestsTake);
      const access = await localAccess(instance);
      const since = new Date().toISOString();
      const results = await runAgainst(access, run, { CLUSTER_NAME: TESTS });
      return run.files.length === 0 ? [...results, await auditRights(access, since)] : results;
    } finally {
      if (!keep) await step("the tests' cluster: removed", () => clean(instance));
    }
  });
}

/** Which of its rights the operator has used, and whether it wanted others, only the whole tier can say. */
async function auditRights({ invocation }: ClusterAccess, since: string): Promise<TierResult> {
  const variables = { CLUSTER_NAME: TESTS, RIGHTS_SINCE: since };
  return runJest({ project: 'rights', files: [], workers: 1, place: invocation, variables });
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
export async function runInContext(context: string, run: ClusterRun): Promise<TierResult[]> {
  const { access, close } = await openContext(context);
  try {
    return await runAgainst(access, run);
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
    return messageOf(error);
  }
}

/**
 * First what runs side by side, then what needs the cluster for itself. Tests make a deployed operator stand aside, for two that watch would disturb each
 * other; here it comes forward again.
 */
async function runAgainst(
  access: ClusterAccess,
  { files, onceAlone }: ClusterRun,
  variables: Readonly<Record<string, string>> = {},
): Promise<TierResult[]> {
  const jestRun = { files, place: access.invocation, variables };
  try {
    const together = await runJest({ ...jestRun, project: 'cluster', workers: AT_ONCE });
    onceAlone();
    return [together, await runJest({ ...jestRun, project: 'alone', workers: 1 })];
  } finally {
    await comeForward(access).catch((error: unknown) =>
      say(`the deployed operator still stands aside: ${String(error)}`),
    );
  }
}
