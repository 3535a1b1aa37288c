import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import type { ResolvedCluster, NatsClusterObject } from '../spec/resolve-cluster';
import { IMAGE_REPOSITORY_ANNOTATION, RESTARTED_AT_ANNOTATION, VERSION_ANNOTATION } from '../spec/labels';
import type { Observed } from '../observed';

/**
 * The optional inputs of a pod template that are not part of the spec. A missing one changes nothing: a manifest without an
 * annotation that was set by kubectl, an operator without a flag, a NatsCluster restored without its status. The last value
 * stays, recorded by the StatefulSet.
 */
export function withLastInputs(observed: Observed, live: ChildStatefulSet | undefined): Observed {
  const imageRepository = observed.imageRepository ?? live?.metadata.annotations?.[IMAGE_REPOSITORY_ANNOTATION];
  return {
    ...observed,
    cluster: withLastVersion(observed.cluster, live),
    ...(imageRepository === undefined ? {} : { imageRepository }),
  };
}

/** Without a status, the template says what the servers run. */
function withLastVersion(cluster: NatsClusterObject, live: ChildStatefulSet | undefined): NatsClusterObject {
  const currentVersion = live?.spec?.template.metadata?.annotations?.[VERSION_ANNOTATION];
  if (cluster.spec?.version || cluster.status?.currentVersion || currentVersion === undefined) return cluster;
  return { ...cluster, status: { ...cluster.status, currentVersion } };
}

/** The resolved cluster with the time of the last requested restart; annotations of the spec take precedence. */
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

/** The annotations of the StatefulSet that record these inputs. */
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
