import { adminKubeconfigPath } from '../../../scripts/cluster/kubeconfig';
import { instanceHere } from '../../../scripts/cluster/lifecycle';

/** Whether the tests run against the local cluster of this checkout, rather than one of somebody's own. */
export const isLocalCluster = (): boolean => process.env.KUBECONFIG === adminKubeconfigPath(instanceHere());
