import { clusterOfKubeconfig } from '../../scripts/operator/cluster-access';
import { comeForward } from '../../scripts/operator/deployed-operator';

/** The deployed operator, if there is one, stood aside for those of the tests. */
export default async function globalTeardown(): Promise<void> {
  if (process.env.KUBECONFIG !== undefined) await comeForward(clusterOfKubeconfig());
}
