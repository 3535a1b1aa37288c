import type { V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { REPLACING_ANNOTATION } from '../spec/labels';
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
export const keepPartition = (replicas: number): V1StatefulSetUpdateStrategy => updateFrom(replicas);

/**
 * The StatefulSet replaces no pod by itself, and makes those that go, whichever they are, from its newest template. So it is for the deletion of one pod alone,
 * which the StatefulSet names, and ends when its replacement is there.
 */
export const onDelete: V1StatefulSetUpdateStrategy = { type: 'OnDelete' };

/** The annotation that names the one pod that OnDelete is for; the uid is empty where the pod is missing already. */
export const replacing = ({ name, pod }: Member): Record<string, string> => ({
  [REPLACING_ANNOTATION]: `${name}/${pod?.metadata?.uid ?? ''}`,
});

/** Whether OnDelete is set for this very pod. */
export const isSetFor = ({ metadata, spec }: ChildStatefulSet, member: Member): boolean =>
  spec?.updateStrategy?.type === 'OnDelete' &&
  metadata.annotations?.[REPLACING_ANNOTATION] === replacing(member)[REPLACING_ANNOTATION];

/**
 * The member whose pod is being deleted under OnDelete, and whose replacement is not there yet. Undefined where OnDelete has to end: there is a replacement,
 * it takes so long that another pod might be lost in the meantime, or another one is deleted already, which would be recreated from an unverified template.
 */
export function findReplaced(members: readonly Member[], { metadata, spec }: ChildStatefulSet): Member | undefined {
  if (spec?.updateStrategy?.type !== 'OnDelete') return undefined;
  const [name, uid] = metadata.annotations?.[REPLACING_ANNOTATION]?.split('/') ?? [];
  const member = members.find(each => each.name === name);
  const others = members.filter(other => other !== member);
  if (member === undefined || others.some(({ pod, terminating }) => pod === undefined || terminating)) return undefined;
  if (member.pod === undefined) return member.stuck ? undefined : member;
  return member.terminating && member.pod.metadata?.uid === uid ? member : undefined;
}

/**
 * The strategy as it is, but that OnDelete ends, and that the next outdated server stays untouched, even if somebody lowered the partition.
 *
 * @param next the outdated member of the highest ordinal
 * @param mayGo whether that may have been replaced already
 */
export function holdPartition(
  members: readonly Member[],
  current: V1StatefulSetUpdateStrategy,
  next: Member,
  mayGo: boolean,
): V1StatefulSetUpdateStrategy {
  if (current.type === 'OnDelete') return keepPartition(members.length);
  const untouched = mayGo && !next.ready ? next.ordinal - 1 : next.ordinal;
  return updateFrom(Math.max(current.rollingUpdate?.partition ?? 0, untouched));
}
