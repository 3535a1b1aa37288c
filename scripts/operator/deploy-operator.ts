import { NAME, NAMESPACE } from '../install/names';
import { applyCrds } from './apply-crds';
import { type ClusterAccess, kubectl } from './cluster-access';
import { comeForward } from './deployed-operator';
import { removeDevWebhooks } from './dev-webhooks';
import { applyManifests, deleteManifests } from './manifests';
import { deployByPepr, removeByPepr } from './pepr-deployment';
import { waitForRollout } from './rollout';
import { byManifests, byPepr } from './ways';

export interface DeployOptions {
  /** Starts the pods anew even where nothing is to be changed. */
  readonly again?: boolean;
  /** By `pepr deploy`, rather than by the manifests of deploy/cluster-wide. */
  readonly pepr?: boolean;
}

/**
 * Brings the CRDs and this checkout's operator, in that image, to the cluster. Returns when all replicas are ready and the webhook answers. An operator that came by
 * the other way goes first. The nodes must have the image, or be able to pull it.
 */
export async function deployOperator(
  cluster: ClusterAccess,
  imageRef: string,
  { again = false, pepr = false }: DeployOptions = {},
): Promise<void> {
  await applyCrds(cluster);
  await removeDevWebhooks(cluster);
  await comeForward(cluster);
  if (pepr) {
    await deleteManifests(cluster, 'cluster-wide');
    await deployByPepr(cluster, imageRef, again);
    return waitForRollout(cluster, byPepr, imageRef);
  }
  await removeByPepr(cluster);
  await applyManifests(cluster, 'cluster-wide', imageRef);
  if (again) await kubectl(cluster, ['rollout', 'restart', '-n', NAMESPACE, `deployment/${NAME}`]);
  return waitForRollout(cluster, byManifests, imageRef);
}
