import type { ClusterAccess } from '../../../scripts/operator/cluster-access';
import { removeDevWebhooks } from '../../../scripts/operator/dev-webhooks';
import { deleteManifests } from '../../../scripts/operator/manifests';
import { removeByPepr } from '../../../scripts/operator/pepr-deployment';
import { operatorDeployments } from '../../../scripts/operator/rollout';
import { byManifests, byPepr } from '../../../scripts/operator/ways';
import { helmUninstall, isRelease } from './helm';

/** How an operator of all namespaces has come to the cluster. */
export type DeployedBy = 'manifests' | 'helm' | 'pepr' | undefined;

/** The way by which it came, whether it runs or not; undefined where there is none. */
export async function deployedBy(access: ClusterAccess): Promise<DeployedBy> {
  if (await isRelease(byManifests.namespace)) return 'helm';
  if ((await operatorDeployments(access, byManifests)).length > 0) return 'manifests';
  return (await operatorDeployments(access, byPepr)).length > 0 ? 'pepr' : undefined;
}

/** Removes it, whichever way it came, and what is left of one that was removed half; the kinds and the namespaces stay. */
export async function removeOperator(access: ClusterAccess): Promise<void> {
  await removeDevWebhooks(access);
  await helmUninstall(byManifests.namespace);
  await deleteManifests(access, 'cluster-wide');
  await removeByPepr(access);
}
