import { childMetadata, type ChildPodDisruptionBudget } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';
import { podDisruptionBudgetName } from '../spec/names';

/**
 * One server at a time may be evicted, and none while the replicas of streams catch up: Kubernetes sees that a server is
 * ready, and not that a stream would lose its quorum without it. One that is not ready anyway never blocks the drain of its
 * node: it serves no stream.
 */
export function podDisruptionBudget(model: ResolvedCluster, maxUnavailable: 0 | 1): ChildPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(model, podDisruptionBudgetName(model.name)),
    spec: {
      maxUnavailable,
      selector: { matchLabels: selectorLabels(model.name) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
