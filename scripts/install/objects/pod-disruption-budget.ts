import { SELECTOR } from '../names';
import type { Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { namespacedMetadata } from './metadata';

/** A drain takes one replica at a time; one that is not ready anyway holds no drain up. */
export const podDisruptionBudget = (rendering: Rendering): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: namespacedMetadata(rendering),
  spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: SELECTOR } },
});
