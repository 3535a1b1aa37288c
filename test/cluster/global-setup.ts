import { clusterOfKubeconfig } from '../../scripts/operator/cluster-access';
import { standAside } from '../../scripts/operator/deployed-operator';
import { certManagerController } from '../../tools/toolchain/cert-manager';
import { helmCommand } from '../../tools/toolchain/helm';
import { provideImageNode } from './support/image-node';
import { isLocalCluster } from './support/is-local-cluster';
import { grantOperatorRights } from './support/operator-account';
import { prepareOperator } from './support/operator-process';
import { loadSidecarImages } from './support/sidecar-images';

/**
 * What all files of tests share: the CRDs, this checkout's operator as a program, its sidecars, and the rights that each gets in namespaces of its own. A
 * deployed operator, which watches all namespaces, stands aside.
 */
export default async function globalSetup(): Promise<void> {
  await standAside(clusterOfKubeconfig());
  await provideImageNode();
  await prepareOperator();
  await grantOperatorRights();
  await loadSidecarImages();
  // Within a test its build would take the time of all that run beside it.
  if (isLocalCluster()) await Promise.all([certManagerController(), helmCommand()]);
}
