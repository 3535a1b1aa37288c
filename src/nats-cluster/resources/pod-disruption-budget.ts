import { childMetadata, type ChildPodDisruptionBudget } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';
import { podDisruptionBudgetName } from '../spec/names';

/** One server at a time may be evicted; one that is not ready anyway never blocks the drain of its node. */
export function podDisruptionBudget(model: ResolvedCluster): ChildPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(model, podDisruptionBudgetName(model.name)),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: selectorLabels(model.name) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
