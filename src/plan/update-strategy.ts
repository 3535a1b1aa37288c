import type { V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import type { Member } from './members';

/**
 * The StatefulSet may replace the pods from index `partition` on; the index counts from 0, whatever the ordinals start at.
 * A pod below it that dies comes back from the StatefulSet's current revision.
 */
export const updateFrom = (partition: number): V1StatefulSetUpdateStrategy => ({
  type: 'RollingUpdate',
  rollingUpdate: { partition },
});

/** The StatefulSet touches none of its pods, whatever becomes of its template. */
export const parked = (replicas: number): V1StatefulSetUpdateStrategy => updateFrom(replicas);

/** The StatefulSet replaces no pod by itself, and makes those that go anew from its newest template. */
export const onDelete: V1StatefulSetUpdateStrategy = { type: 'OnDelete' };

/** The strategy as it is, but that the next outdated server stays untouched, even if somebody lowered the partition. */
export function holdBack(current: V1StatefulSetUpdateStrategy, next: Member): V1StatefulSetUpdateStrategy {
  if (current.type === 'OnDelete') return onDelete;
  const untouched = next.ready ? next.ordinal : next.ordinal - 1;
  return updateFrom(Math.max(current.rollingUpdate?.partition ?? 0, untouched));
}
