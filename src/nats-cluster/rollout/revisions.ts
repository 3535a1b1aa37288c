import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { REVISION_LABEL } from '../spec/labels';

/** The revision that a pod was made from; undefined where no StatefulSet made it. */
export const revisionOf = ({ metadata }: V1Pod): string | undefined => metadata?.labels?.[REVISION_LABEL];

/**
 * The revision that the StatefulSet makes a missing pod from: below the partition the current one, whatever the desired one is.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/statefulset/stateful_set_utils.go isCurrentRevisionNeeded
 */
export function nextRevision(live: ChildStatefulSet | undefined, ordinal: number): string | undefined {
  const { currentRevision, updateRevision } = live?.status ?? {};
  const partition = live?.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  return ordinal <= partition ? currentRevision : updateRevision;
}
