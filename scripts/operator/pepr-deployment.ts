import { step } from '../../tools/toolchain/progress';
import { type ClusterAccess, kubectl } from './cluster-access';
import { PEPR_NAMESPACE } from '../install/names';
import { ADMISSION, WATCHER } from './names';
import { imageOf, operatorDeployments } from './rollout';
import { runPepr } from './run-pepr';
import { withStagedModule } from './staged-module';
import { byPepr } from './ways';

/** By `pepr deploy`, unless the module runs in that image already and is not to be deployed `again`. */
export async function deployByPepr(cluster: ClusterAccess, imageRef: string, again: boolean): Promise<void> {
  const deployed = await operatorDeployments(cluster, byPepr);
  const isHere = deployed.length === byPepr.deployments.length && deployed.every(each => imageOf(each) === imageRef);
  if (!isHere || again)
    await step('operator: pepr deploy', () => withStagedModule(folder => run(cluster, folder, imageRef)));
}

/** Deletes what `pepr deploy` has made, but for what other modules of Pepr may use too: its namespace and its CRD. Nothing happens where there is nothing. */
export async function removeByPepr(cluster: ClusterAccess): Promise<void> {
  const webhooks = [`mutatingwebhookconfiguration/${ADMISSION}`, `validatingwebhookconfiguration/${ADMISSION}`];
  const access = ['clusterrole', 'clusterrolebinding', 'serviceaccount'].map(kind => `${kind}/${ADMISSION}`);
  const store = ['role', 'rolebinding'].map(kind => `${kind}/${ADMISSION}-store`);
  const rest = [`service/${ADMISSION}`, `service/${WATCHER}`, `secret/${ADMISSION}-module`];
  // The pods while they still have the right to give up their Lease.
  await remove(cluster, [...webhooks, ...RUNNING]);
  await remove(cluster, [...access, ...store, ...rest]);
}

/** The Deployments, and what their pods read only once. */
const RUNNING = [
  `deployment/${ADMISSION}`,
  `deployment/${WATCHER}`,
  `secret/${ADMISSION}-tls`,
  `secret/${ADMISSION}-api-path`,
];

/**
 * What is left of a former deployment goes first: Pepr applies the Deployments before the Secrets that their pods read only once, so
 * that pods could start with the former ones. `--force` takes back what others have set, as a scaled Deployment's replicas.
 */
async function run(cluster: ClusterAccess, folder: string, imageRef: string): Promise<void> {
  await remove(cluster, RUNNING);
  const args = ['deploy', '--image', imageRef, '--yes', '--force'];
  await runPepr(cluster, folder, args, 'Module deployed successfully');
}

async function remove(cluster: ClusterAccess, objects: readonly string[]): Promise<void> {
  await kubectl(cluster, ['delete', '-n', PEPR_NAMESPACE, ...objects, '--ignore-not-found', '--cascade=foreground']);
}
