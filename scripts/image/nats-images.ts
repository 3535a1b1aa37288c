import type { Instance } from '../../tools/local-cluster/instance';
import { load } from '../../tools/local-cluster/lifecycle';
import { ensureNatsImage } from '../../tools/toolchain/nats-image';
import type { NatsVersion } from '../../tools/toolchain/nats-versions';

/** Brings servers that the local cluster does not have from the start to its nodes; builds those that are not in the cache. */
export async function loadNatsImages(instance: Instance, versions: readonly NatsVersion[]): Promise<void> {
  const images = await Promise.all(versions.map(async version => ensureNatsImage(version, 'scratch')));
  await load(
    instance,
    images.map(({ path }) => path),
  );
}
