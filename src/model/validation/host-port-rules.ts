import { hostPorts } from '../host-ports';
import type { Problem } from '../problem';
import type { ReviewedCluster } from './rule';

/** Warns that servers with a port of their node can't share one. */
export function hostPortsNeedNodes({ spec }: ReviewedCluster): Problem[] {
  const size = spec.size ?? 1;
  const used = hostPorts(spec);
  if (used.length === 0 || size < 2) return [];
  return [
    {
      path: 'spec.size',
      message: `each server takes ${list(used)} of its node, so ${size} servers need ${size} nodes`,
      hint: 'servers without a node of their own stay Pending',
    },
  ];
}

/** Warns of servers on their node's network that ask the node's DNS: it does not know the names of their routes. */
export function hostNetworkKnowsTheCluster({ spec }: ReviewedCluster): Problem[] {
  const { hostNetwork, dnsPolicy } = spec.template?.spec ?? {};
  if (!hostNetwork || (dnsPolicy !== 'ClusterFirst' && dnsPolicy !== 'Default')) return [];
  return [
    {
      path: 'spec.template.spec.dnsPolicy',
      message: `${dnsPolicy} asks the DNS of the node with hostNetwork, which does not know the names by which servers find each other`,
      hint: 'use ClusterFirstWithHostNet, or leave dnsPolicy out',
    },
  ];
}

const list = (ports: readonly number[]): string => ports.map(port => `port ${port}`).join(' and ');
