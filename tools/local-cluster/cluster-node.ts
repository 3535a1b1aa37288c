import { join } from 'node:path';
import type { Instance } from './instance';

/** One node of the cluster: a network namespace with its own containerd, kubelet and kube-proxy. The first is the control plane too. */
export interface ClusterNode {
  readonly instance: Instance;
  /** From 1. */
  readonly ordinal: number;
  readonly name: string;
  readonly netns: string;
  readonly netnsPath: string;
  readonly address: string;
  readonly podSubnet: string;
  readonly zone: string;
  /** Below each cgroup hierarchy's root. */
  readonly cgroup: string;
  readonly stateFolder: string;
  readonly runFolder: string;
  readonly kubeletFolder: string;
  readonly containerdSocket: string;
}

/** How many nodes the pod and node subnets have room for. */
const maxNodes = 16;
export const podSubnets = '10.244.0.0/16';
export const serviceSubnet = '10.96.0.0/16';
export const controlPlaneAddress = '10.250.0.1';

/** The node of that ordinal, from 1 to `maxNodes`. */
export function nodeOf(instance: Instance, ordinal: number): ClusterNode {
  const name = `${instance.name}-${ordinal}`;
  const runFolder = join(instance.runFolder, String(ordinal));
  return {
    instance,
    ordinal,
    name,
    netns: name,
    netnsPath: `/run/netns/${name}`,
    address: `10.250.0.${ordinal}`,
    podSubnet: `10.244.${(ordinal - 1) * 16}.0/20`,
    zone: `zone-${'abc'.charAt((ordinal - 1) % 3)}`,
    cgroup: `${instance.name}/${ordinal}`,
    stateFolder: join(instance.stateFolder, `node-${ordinal}`),
    runFolder,
    kubeletFolder: join(instance.kubeletFolder, String(ordinal)),
    containerdSocket: join(runFolder, 'containerd.sock'),
  };
}

/** A cluster's nodes, of which the first is the control plane. */
export interface Topology {
  readonly instance: Instance;
  readonly first: ClusterNode;
  /** All of them, the first included. */
  readonly nodes: readonly ClusterNode[];
}

/** The topology of 1 to `maxNodes` nodes. */
export function topologyOf(instance: Instance, count: number): Topology {
  if (count > maxNodes) throw new Error(`the local cluster has room for ${maxNodes} nodes, not ${count}`);
  const first = nodeOf(instance, 1);
  const others = Array.from({ length: count - 1 }, (_, index) => nodeOf(instance, index + 2));
  return { instance, first, nodes: [first, ...others] };
}
