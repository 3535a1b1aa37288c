import type { V1EnvVar, V1ResourceRequirements, V1Toleration, V1VolumeMount } from '@kubernetes/client-node';
import type { NatsClusterSpec } from '../../generated/nats-cluster';

/** `spec.pod`, resolved. */
export interface PodModel {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly V1Toleration[];
  readonly resources: V1ResourceRequirements;
  /** Variables of the nats container, the user's own. */
  readonly env: readonly V1EnvVar[];
  readonly volumeMounts: readonly V1VolumeMount[];
  /** No two pods of the cluster on one host, at any price; otherwise they are spread as far as it goes. */
  readonly antiAffinity: boolean;
  /** Port 4222 on the host too. */
  readonly clientsHostPort: boolean;
}

/** Applies the defaults of `spec.pod`. */
export function resolvePod(pod: NonNullable<NatsClusterSpec['pod']> = {}): PodModel {
  return {
    labels: pod.labels ?? {},
    annotations: pod.annotations ?? {},
    nodeSelector: pod.nodeSelector ?? {},
    tolerations: pod.tolerations ?? [],
    resources: pod.resources ?? {},
    env: pod.natsEnv ?? [],
    volumeMounts: pod.volumeMounts ?? [],
    antiAffinity: pod.antiAffinity ?? false,
    clientsHostPort: pod.enableClientsHostPort ?? false,
  };
}
