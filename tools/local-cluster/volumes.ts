import { join } from 'node:path';
import { ensureGoSource } from '../toolchain/go-source';
import type { ClusterNode } from './cluster-node';
import type { Daemon } from './daemon';
import type { Instance } from './instance';
import { adminKubeconfigPath } from './kubeconfig';
import type { ProgramPaths } from './program-paths';

const program = 'volume-provisioner';

/** The StorageClasses that the volume provisioner creates: folders, by default, and tmpfs mounts with the size of their claims. */
export const storageClasses = ['local-path', 'local-sized'];

/** In it, each node has a folder for its volumes. */
export function volumesFolder(instance: Instance): string {
  return join(instance.stateFolder, 'volumes');
}

/** Its folder, built unless the cache has it, by its name in the list of programs. */
export async function ensureVolumeProvisioner(): Promise<[name: string, folder: string]> {
  return [program, await ensureGoSource(join(__dirname, program), 'about 2 minutes')];
}

/** What provisions and resizes the volumes of all nodes: they have one file system, that of the machine. */
export function volumeProvisioner(first: ClusterNode, programs: ProgramPaths): Daemon {
  const { instance } = first;
  return {
    name: program,
    node: first,
    command: join(programs.folderOf(program), program),
    args: [`-kubeconfig=${adminKubeconfigPath(instance)}`, `-folder=${volumesFolder(instance)}`],
  };
}
