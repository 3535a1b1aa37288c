import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import type { ResolvedCluster, NatsClusterObject } from '../spec/resolve-cluster';
import { IMAGE_REPOSITORY_ANNOTATION, RESTARTED_AT_ANNOTATION, VERSION_ANNOTATION } from '../spec/labels';
import type { Observed } from '../observed';

/**
 * The optional inputs of a pod template that are no part of the spec. One that is absent asks for nothing, so that it changes nothing: a manifest without the
 * annotation that somebody has set by kubectl, an operator that was started without a flag, a NatsCluster that was restored without its status. What was there
 * last stays; the StatefulSet remembers it.
 */
export function withLastInputs(observed: Observed, live: ChildStatefulSet | undefined): Observed {
  const imageRepository = observed.imageRepository ?? live?.metadata.annotations?.[IMAGE_REPOSITORY_ANNOTATION];
  return {
    ...observed,
    cluster: withLastVersion(observed.cluster, live),
    ...(imageRepository === undefined ? {} : { imageRepository }),
  };
}

/** What the servers run is known by their template where no status says it. */
function withLastVersion(cluster: NatsClusterObject, live: ChildStatefulSet | undefined): NatsClusterObject {
  const currentVersion = live?.spec?.template.metadata?.annotations?.[VERSION_ANNOTATION];
  if (cluster.spec?.version || cluster.status?.currentVersion || currentVersion === undefined) return cluster;
  return { ...cluster, status: { ...cluster.status, currentVersion } };
}

/** The model with the time of the last restart that was asked for; those that the spec's own annotations hold come first. */
export function withLastRestart(model: ResolvedCluster, live: ChildStatefulSet | undefined): ResolvedCluster {
  const own = [model.pod.annotations, model.template?.metadata?.annotations].some(
    annotations => annotations?.[RESTARTED_AT_ANNOTATION],
  );
  if (model.restartedAt || own) return model;
  const { annotations } = live?.metadata ?? {};
  const last =
    annotations?.[RESTARTED_AT_ANNOTATION] ?? live?.spec?.template.metadata?.annotations?.[RESTARTED_AT_ANNOTATION];
  return { ...model, restartedAt: last };
}

/** The annotations that the StatefulSet remembers these inputs by. */
export function inputAnnotations(
  { metadata }: V1PodTemplateSpec,
  { imageRepository }: Observed,
): Record<string, string> {
  const restartedAt = metadata?.annotations?.[RESTARTED_AT_ANNOTATION];
  return {
    ...(restartedAt ? { [RESTARTED_AT_ANNOTATION]: restartedAt } : {}),
    ...(imageRepository === undefined ? {} : { [IMAGE_REPOSITORY_ANNOTATION]: imageRepository }),
  };
}
