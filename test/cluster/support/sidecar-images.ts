import { adminKubeconfigPath } from '../../../tools/local-cluster/kubeconfig';
import { instanceHere, load } from '../../../tools/local-cluster/lifecycle';
import { buildahBuilder } from '../../../scripts/image/image-builder';
import { buildSidecarImages } from '../../../scripts/image/sidecar-image';
import { ensureNodeBaseImage } from '../../../tools/toolchain/node-base-image';

/** Brings this checkout's sidecars to the local cluster; a cluster of the user's own has got them with the operator, or pulls them. */
export async function loadSidecarImages(): Promise<void> {
  const instance = instanceHere();
  if (process.env.KUBECONFIG !== adminKubeconfigPath(instance)) return;
  const images = await buildSidecarImages(buildahBuilder(await ensureNodeBaseImage()));
  await load(
    instance,
    images.map(({ archive }) => archive),
  );
}
