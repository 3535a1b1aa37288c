import { loadNatsImages } from '../../../scripts/image/nats-images';
import { topologyOf } from '../../../tools/local-cluster/cluster-node';
import { ensureEquipment } from '../../../tools/local-cluster/equipment';
import { nameImage } from '../../../tools/local-cluster/images';
import { adminKubeconfigPath } from '../../../tools/local-cluster/kubeconfig';
import { instanceHere } from '../../../tools/local-cluster/lifecycle';
import { nodeCount } from '../../../tools/local-cluster/start';
import { ensureNatsImage, type NatsImageLayout } from '../../../tools/toolchain/nats-image';
import type { NatsVersion, testedNatsVersions } from '../../../tools/toolchain/nats-versions';

/** Brings servers that the local cluster does not have from the start there; a cluster of the user's own pulls them. */
export async function loadServerImages(...versions: readonly (typeof testedNatsVersions)[number][]): Promise<void> {
  const instance = instanceHere();
  if (process.env.KUBECONFIG !== adminKubeconfigPath(instance)) return;
  await loadNatsImages(instance, versions);
}

/** Makes an image of the local cluster known by its digest, as one that was pulled is, and returns the digest. */
export async function tagImageByDigest(version: NatsVersion, layout: NatsImageLayout): Promise<string> {
  const instance = instanceHere();
  const { programs } = await ensureEquipment();
  const { reference, digest } = await ensureNatsImage(version, layout);
  const pinned = reference.replace(/:[^:]+$/, `@${digest}`);
  for (const node of topologyOf(instance, nodeCount(instance)).nodes)
    await nameImage(node, programs, reference, pinned);
  return digest;
}
