import { killContainers } from './cgroups';
import type { ClusterNode } from './cluster-node';
import { kill, ownProcesses, type OwnProcess } from './processes';

/** What each node runs; the first has the daemons of the control plane as well. */
const AGENTS = ['kubelet', 'kube-proxy', 'containerd'];

/**
 * Kills all that a node runs, as the crash of a machine would: its agents first, so that nobody restarts a container, then every process of every container. The
 * control plane of the first node stays. Files and volumes stay too; the next `up` starts the node again.
 */
export async function crashNode(node: ClusterNode): Promise<void> {
  await kill(processesOf(node).map(({ pid }) => pid));
  await killContainers(node);
}

/** The agents, and what containerd has started: shims have its marker. */
function processesOf({ instance, ordinal }: ClusterNode): OwnProcess[] {
  return ownProcesses(instance).filter(
    process => process.ordinal === ordinal && AGENTS.includes(process.marker.split('/')[2] ?? ''),
  );
}
