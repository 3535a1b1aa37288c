import { attempt, run } from '../toolchain/command';
import type { ImageArchive } from '../toolchain/image-artifact';
import type { ClusterNode } from './cluster-node';
import type { ProgramPaths } from './program-paths';

/** Loads an OCI archive into the node's containerd, under the name that it carries; what is there already is not loaded again. */
export async function loadImage(node: ClusterNode, programs: ProgramPaths, archive: string): Promise<void> {
  await run(ctr(programs), [...connection(node), 'images', 'import', '--digests=false', archive]);
}

/** Gives an image that the node has another name. */
export async function nameImage(node: ClusterNode, programs: ProgramPaths, image: string, name: string): Promise<void> {
  await run(ctr(programs), [...connection(node), 'images', 'tag', '--force', image, name]);
}

/** Loads those of the images that the node does not have. */
export async function loadMissingImages(
  node: ClusterNode,
  programs: ProgramPaths,
  images: readonly ImageArchive[],
): Promise<void> {
  const present = await loadedImages(node, programs);
  for (const image of images) {
    if (present.get(image.reference) !== image.digest) await loadImage(node, programs, image.path);
  }
}

/** Whether the node's containerd answers. */
export async function containerdAnswers(node: ClusterNode, programs: ProgramPaths): Promise<boolean> {
  const args = ['--connect-timeout', '1s', ...connection(node), 'version'];
  return (await attempt(ctr(programs), args)).code === 0;
}

/** By reference, the digest of each image that the node has. */
async function loadedImages(node: ClusterNode, programs: ProgramPaths): Promise<Map<string, string>> {
  const table = await run(ctr(programs), [...connection(node), 'images', 'list']);
  const rows = table.split('\n').map(line => line.split(/\s+/));
  return new Map(rows.map(([reference = '', , digest = '']) => [reference, digest]));
}

function ctr(programs: ProgramPaths): string {
  return `${programs.folderOf('containerd')}/ctr`;
}

function connection(node: ClusterNode): string[] {
  return ['--address', node.containerdSocket, '--namespace', 'k8s.io'];
}
