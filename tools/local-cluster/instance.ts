import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** One local cluster. Everything it leaves on the machine (namespaces, cgroups, folders, processes) carries its name. */
export interface Instance {
  readonly name: string;
  /** What survives `down`: etcd, images, logs, certificates, kubeconfig. */
  readonly stateFolder: string;
  /** Sockets and container state; short, for a socket's path has at most 107 characters (unix(7)), however deep the checkout lies. */
  readonly runFolder: string;
  /** Where the kubelets keep the pods' volumes; beside the rest unless its sockets' paths would be too long there. */
  readonly kubeletFolder: string;
}

const longestSocketPath = 107;
const longestKubeletSocket = '/99/pod-resources/kubelet.sock';

/**
 * The cluster of a checkout, by the checkout's real path; `suffix` names a second one beside it.
 * Throws when the suffix is not made of a small letter and up to 11 more, digits or dashes.
 */
export function instanceOf(checkout: string, suffix = ''): Instance {
  // Not a digit first: what is called name-1 is the first node of the cluster without a suffix.
  if (!/^([a-z][a-z0-9-]{0,11})?$/.test(suffix)) {
    throw new Error(`CLUSTER_NAME is "${suffix}", but must be a small letter and up to 11 more, digits or dashes`);
  }
  const digest = createHash('sha256').update(checkout).digest('hex').slice(0, 8);
  const name = suffix === '' ? `nop-${digest}` : `nop-${digest}-${suffix}`;
  const stateFolder = join(checkout, '.cluster', name);
  return { name, stateFolder, runFolder: `/run/${name}`, kubeletFolder: kubeletFolder(name, stateFolder) };
}

/** The folder on the machine for kubelets whose checkout lies too deep. */
export function kubeletFolderOutside(name: string): string {
  return `/var/lib/${name}`;
}

function kubeletFolder(name: string, stateFolder: string): string {
  const inside = join(stateFolder, 'kubelet');
  const fits = Buffer.byteLength(inside + longestKubeletSocket) <= longestSocketPath;
  return fits ? inside : kubeletFolderOutside(name);
}
