import { byManifests } from '../../../scripts/operator/ways';
import { kubectl } from './kubectl';

/** Whether whoever develops has an operator of all namespaces in the cluster, that tests should leave behind. */
export async function isDeployed(): Promise<boolean> {
  const [{ name } = { name: '' }] = byManifests.deployments;
  return (await kubectl(['get', 'deployment', name, '-n', byManifests.namespace, '--ignore-not-found'])) !== '';
}
