import type { V1Affinity, V1PodSpec, V1TopologySpreadConstraint } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';

const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

type Placement = Pick<V1PodSpec, 'nodeSelector' | 'tolerations' | 'affinity' | 'topologySpreadConstraints'>;

/** Where the pods may run: the user's wishes, and our spread over hosts and zones unless the user has one of their own. */
export function placement({ name, pod }: ResolvedCluster, base: Partial<V1PodSpec> = {}): Placement {
  const spread = pod.antiAffinity ? [] : [softSpread(name, HOST), softSpread(name, ZONE)];
  return {
    nodeSelector: { ...base.nodeSelector, ...pod.nodeSelector },
    tolerations: [...(base.tolerations ?? []), ...pod.tolerations],
    ...(pod.antiAffinity ? { affinity: withAntiAffinity(name, base.affinity) } : {}),
    topologySpreadConstraints: base.topologySpreadConstraints ?? spread,
  };
}

function withAntiAffinity(cluster: string, base: V1Affinity = {}): V1Affinity {
  const apart = { labelSelector: { matchLabels: selectorLabels(cluster) }, topologyKey: HOST };
  const required = base.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    ...base,
    podAntiAffinity: {
      ...base.podAntiAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: [apart, ...required],
    },
  };
}

const softSpread = (cluster: string, topologyKey: string): V1TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: selectorLabels(cluster) },
});
