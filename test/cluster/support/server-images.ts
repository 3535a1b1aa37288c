import { adminKubeconfigPath } from '../../../scripts/cluster/kubeconfig';
import { instanceHere, load } from '../../../scripts/cluster/lifecycle';
import { ensureNatsImage } from '../../../scripts/toolchain/nats-image';
import type { testedNatsVersions } from '../../../scripts/toolchain/nats-versions';

/** Brings servers that the local cluster does not have from the start there; a cluster of the user's own pulls them. */
export async function loadServerImages(...versions: readonly (typeof testedNatsVersions)[number][]): Promise<void> {
  const instance = instanceHere();
  if (process.env.KUBECONFIG !== adminKubeconfigPath(instance)) return;
  const images = await Promise.all(versions.map(async version => ensureNatsImage(version, 'scratch')));
  await load(
    instance,
    images.map(({ path }) => path),
  );
}
