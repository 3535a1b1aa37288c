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
 * Restores what our pods are known by, where somebody has changed it. The StatefulSet controller does not: it lets go of a pod that lost a label which
 * it selects by, and can't make another of that name. No pod goes down by it.
 *
 * @param live nothing is put back before the StatefulSet exists
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

/** Pods of an older template have other ones, and are about to go. */
function metadataOfTemplate(live: ChildStatefulSet): PodMetadataPatch {
  const { labels, annotations } = live.spec?.template.metadata ?? {};
  const [label, annotation] = [labels?.[VERSION_LABEL], annotations?.[VERSION_ANNOTATION]];
  if (!isSeen(live) || label === undefined || annotation === undefined) return { labels: {}, annotations: {} };
  return { labels: { [VERSION_LABEL]: label }, annotations: { [VERSION_ANNOTATION]: annotation } };
}

/** What the API server, asked for the same before, has not stored is left as it is. */
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
