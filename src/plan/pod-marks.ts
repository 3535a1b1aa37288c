import type { V1ObjectMeta, V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { REVISION_LABEL, selectorLabels, VERSION_ANNOTATION, VERSION_LABEL } from '../model/labels';
import type { Observed } from '../model/observed';
import type { MarkPodAction, PodMarks } from './action';
import { isSeen } from './is-seen';

/**
 * Puts back what our pods are known by, where somebody has changed it. The StatefulSet controller does not: it lets go of a pod that lost a label which
 * it selects by, and can't make another of that name. No pod goes down by it.
 *
 * @param live nothing is put back before the StatefulSet exists
 */
export function planPodMarks(
  { name }: ClusterModel,
  live: ChildStatefulSet | undefined,
  { pods, strays = [] }: Observed,
): MarkPodAction[] {
  if (live === undefined) return [];
  const selectors = { labels: selectorLabels(name), annotations: {} };
  const marks = marksOfTemplate(live);
  const current = pods.filter(pod => pod.metadata?.labels?.[REVISION_LABEL] === live.status?.updateRevision);
  return [...strays.flatMap(pod => putBack(pod, selectors)), ...current.flatMap(pod => putBack(pod, marks))];
}

/** Pods of an older template have other ones, and are about to go. */
function marksOfTemplate(live: ChildStatefulSet): PodMarks {
  const { labels, annotations } = live.spec?.template.metadata ?? {};
  const [label, annotation] = [labels?.[VERSION_LABEL], annotations?.[VERSION_ANNOTATION]];
  if (!isSeen(live) || label === undefined || annotation === undefined) return { labels: {}, annotations: {} };
  return { labels: { [VERSION_LABEL]: label }, annotations: { [VERSION_ANNOTATION]: annotation } };
}

function putBack({ metadata = {} }: V1Pod, wanted: PodMarks): MarkPodAction[] {
  const labels = changed(wanted.labels, metadata.labels);
  const annotations = changed(wanted.annotations, metadata.annotations);
  const names = [...Object.keys(labels), ...Object.keys(annotations)];
  if (names.length === 0 || metadata.deletionTimestamp !== undefined) return [];
  const { name = '', uid = '' } = metadata;
  const message = `Put back ${names.join(', ')} of Pod/${name}, which somebody had changed`;
  return [
    {
      type: 'mark-pod',
      pod: { name, uid },
      labels,
      annotations,
      notice: { type: 'Warning', reason: 'Restored', message },
      disruptive: false,
    },
  ];
}

const changed = <T>(wanted: Readonly<Record<string, T>>, found: V1ObjectMeta['labels']): Record<string, T> =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found?.[key] !== value));
