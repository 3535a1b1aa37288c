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
      message: `each server takes ${used.map(port => `port ${port}`).join(' and ')} of its node, so ${size} servers need ${size} nodes`,
      hint: 'servers without a node of their own stay Pending',
    },
  ];
}
