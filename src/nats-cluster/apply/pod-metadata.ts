import type { V1Pod } from '@kubernetes/client-node';
import { type ChildStatefulSet, isSeen } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { REVISION_LABEL, selectorLabels, VERSION_ANNOTATION, VERSION_LABEL } from '../spec/labels';
import type { Observed } from '../observed';
import type { PatchPodMetadataAction, PodMetadataPatch } from '../action';
import type { Difference, FieldPath } from '../../kubernetes/differences';
import { listDrift } from './drift';
import { toEvent } from '../event-reasons';
import { annotationPath, labelPath, podId } from './stripped-annotations';

/**
 * Restores changed labels and annotations of pods. The StatefulSet controller does not: it releases a pod that lost a label of
 * its selector, and cannot create another of that name. No pod is restarted by it.
 *
 * @param live nothing is restored before the StatefulSet exists
 */
export function planPodMetadata(
  { name }: ResolvedCluster,
  live: ChildStatefulSet | undefined,
  { pods, orphans = [], stored }: Observed,
): PatchPodMetadataAction[] {
  if (live === undefined) return [];
  const selectors = { labels: selectorLabels(name), annotations: {} };
  const metadata = metadataOfTemplate(live);
  const current = pods.filter(pod => pod.metadata?.labels?.[REVISION_LABEL] === live.status?.updateRevision);
  return [
    ...orphans.flatMap(pod => revert(pod, selectors, stored)),
    ...current.flatMap(pod => revert(pod, metadata, stored)),
  ];
}

/** Pods of an older template have other values, and are about to be replaced. */
function metadataOfTemplate(live: ChildStatefulSet): PodMetadataPatch {
  const { labels, annotations } = live.spec?.template.metadata ?? {};
  const [label, annotation] = [labels?.[VERSION_LABEL], annotations?.[VERSION_ANNOTATION]];
  if (!isSeen(live) || label === undefined || annotation === undefined) return { labels: {}, annotations: {} };
  return { labels: { [VERSION_LABEL]: label }, annotations: { [VERSION_ANNOTATION]: annotation } };
}

/** Values that the API server did not store at an earlier patch are not patched again. */
function revert(
  { metadata = {} }: V1Pod,
  desired: PodMetadataPatch,
  stored: Observed['stored'],
): PatchPodMetadataAction[] {
  const drift = listDrift({ metadata: desired }, { metadata }, stored?.get(podId(metadata.name)));
  const labels = entriesOf(drift, labelPath, desired.labels);
  const annotations = entriesOf(drift, annotationPath, desired.annotations);
  const names = [...Object.keys(labels), ...Object.keys(annotations)];
  if (names.length === 0 || metadata.deletionTimestamp !== undefined) return [];
  const { name = '', uid = '' } = metadata;
  const message = `Reverted an external change to ${names.join(', ')} of Pod/${name}`;
  return [
    {
      type: 'mark-pod',
      pod: { name, uid },
      labels,
      annotations,
      event: toEvent('DriftCorrected', message),
      disruptive: false,
    },
  ];
}

const entriesOf = <T>(
  drift: readonly Difference[],
  pathOf: (key: string) => FieldPath,
  desired: Readonly<Record<string, T>>,
): Record<string, T> =>
  Object.fromEntries(Object.entries(desired).filter(([key]) => drift.some(({ path }) => path === pathOf(key))));
