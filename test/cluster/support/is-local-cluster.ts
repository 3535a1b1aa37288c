import { adminKubeconfigPath } from '../../../tools/local-cluster/kubeconfig';
import { instanceHere } from '../../../tools/local-cluster/lifecycle';

/** Whether the tests run against the local cluster of this checkout, rather than one of somebody's own. */
export const isLocalCluster = (): boolean => process.env.KUBECONFIG === adminKubeconfigPath(instanceHere());
