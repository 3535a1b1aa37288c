import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { step } from '../toolchain/progress';
import { applyCrds } from './apply-crds';
import { type ClusterAccess, kubectl } from './cluster-access';
import { comeForward } from './deployed-operator';
import { removeDevWebhooks } from './dev-webhooks';
import { withIdentity } from './module-manifests';
import { ADMISSION, MODULE, NAMESPACE, WATCHER } from './names';
import { imageOf, operatorDeployments, waitForRollout } from './rollout';
import { runPepr } from './run-pepr';
import { servingIdentity, type ServingIdentity } from './serving-identity';
import { withStagedModule } from './staged-module';

/**
 * Brings the CRDs and this checkout's operator, in that image, to the cluster: by `pepr deploy` where there is none yet; where there is one, its Deployments
 * are rolled without a moment in which the webhook refuses to answer. Returns when the watcher and both admission replicas are ready and the webhook
 * answers; does nothing where all of that is so already, unless it is to be deployed `again`. The nodes must have the image, or be able to pull it.
 */
export async function deployOperator(cluster: ClusterAccess, imageRef: string, again = false): Promise<void> {
  await applyCrds(cluster);
  await removeDevWebhooks(cluster);
  await comeForward(cluster);
  const identity = await servingIdentity(cluster, new Date());
  const deployed = await operatorDeployments(cluster);
  const isHere = identity !== undefined && deployed.length === 2;
  if (again || !isHere || !deployed.every(each => imageOf(each) === imageRef)) {
    const [title, work] = isHere
      ? ['operator: roll', (folder: string) => roll(cluster, folder, imageRef, identity)]
      : ['operator: pepr deploy', (folder: string) => peprDeploy(cluster, folder, imageRef)];
    await step(title, () => withStagedModule(work));
  }
  await waitForRollout(cluster, imageRef);
}

/**
 * What is left of a deployment that broke off goes first: Pepr applies the Deployments before the Secrets that their pods read only once, so
 * that pods could start with the former ones. `--force` takes back what others have set, as a scaled Deployment's replicas.
 */
async function peprDeploy(cluster: ClusterAccess, folder: string, imageRef: string): Promise<void> {
  const remains = [
    `deployment/${ADMISSION}`,
    `deployment/${WATCHER}`,
    `secret/${ADMISSION}-tls`,
    `secret/${ADMISSION}-api-path`,
  ];
  await kubectl(cluster, ['delete', '-n', NAMESPACE, ...remains, '--ignore-not-found', '--wait']);
  const args = ['deploy', '--image', imageRef, '--yes', '--force'];
  await runPepr(cluster, folder, args, 'Module deployed successfully');
}

/** The same manifests, with the identity that the running webhook has: Pepr itself would make a new one, and point the API server at it first. */
async function roll(
  cluster: ClusterAccess,
  folder: string,
  imageRef: string,
  identity: ServingIdentity,
): Promise<void> {
  await runPepr(cluster, folder, ['build', '--custom-image', imageRef], 'K8s resource for the module saved');
  const manifests = await readFile(join(folder, 'dist', `pepr-module-${MODULE}.yaml`), 'utf8');
  const asPepr = ['apply', '--server-side', '--force-conflicts', '--field-manager=pepr', '-f', '-'];
  await kubectl(cluster, asPepr, withIdentity(manifests, identity));
}
