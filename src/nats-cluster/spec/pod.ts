import type { V1EnvVar, V1ResourceRequirements, V1Toleration, V1VolumeMount } from '@kubernetes/client-node';
import { natsClusterDefaults } from '../../../generated/defaults';
import type { NatsClusterSpec, PodPolicy } from '../../../generated/nats-cluster';
import { bootconfigImage, IMAGE_REPOSITORY, metricsImage, reloaderImage } from './images';

/** `spec.pod`, resolved. */
export interface ResolvedPod {
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
  readonly gatewaysHostPort: boolean;
  readonly leafnodesHostPort: boolean;
  readonly websocketsHostPort: boolean;
  /** A sidecar signals the server to reload, so that much can change without a restart. */
  readonly reloads: boolean;
  /** That sidecar; undefined where there is none. */
  readonly reloader: ResolvedReloader | undefined;
  /** The Prometheus exporter; undefined where there is none. */
  readonly metrics: ResolvedMetrics | undefined;
  /** The image of the init container that learns the node's external address; undefined where it is not requested. */
  readonly bootconfigImage: string | undefined;
}

export interface ResolvedReloader {
  readonly image: string;
  readonly pullPolicy: string;
  readonly resources: V1ResourceRequirements;
}

export interface ResolvedMetrics {
  readonly image: string;
  readonly pullPolicy: string;
}

/**
 * Applies the defaults of `spec.pod`.
 *
 * @param repository what the images of our own sidecars begin with
 */
export function resolvePod(pod: NonNullable<NatsClusterSpec['pod']> = {}, repository = IMAGE_REPOSITORY): ResolvedPod {
  const external = pod.advertiseExternalIP ?? false;
  // The advertised address is the node's, so the port has to be open there.
  const onHost = (disabled: boolean | undefined): boolean => external || !(disabled ?? false);
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
    gatewaysHostPort: onHost(pod.disableGatewaysHostPort),
    leafnodesHostPort: onHost(pod.disableLeafnodesHostPort),
    websocketsHostPort: onHost(pod.disableWebsocketsHostPort),
    reloads: pod.enableConfigReload ?? false,
    reloader: pod.enableConfigReload ? resolveReloader(pod, repository) : undefined,
    metrics: pod.enableMetrics ? resolveMetrics(pod) : undefined,
    bootconfigImage: external ? bootconfigImage(pod, repository) : undefined,
  };
}

const resolveReloader = (pod: PodPolicy, repository: string): ResolvedReloader => ({
  image: reloaderImage(pod, repository),
  pullPolicy: pod.reloaderImagePullPolicy ?? natsClusterDefaults.pod.reloaderImagePullPolicy,
  resources: pod.reloaderResources ?? {},
});

const resolveMetrics = (pod: PodPolicy): ResolvedMetrics => ({
  image: metricsImage(pod),
  pullPolicy: pod.metricsImagePullPolicy ?? natsClusterDefaults.pod.metricsImagePullPolicy,
});
