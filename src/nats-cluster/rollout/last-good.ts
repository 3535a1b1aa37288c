import type { ChildStatefulSet } from '../child';
import { PROVEN_REVISION_ANNOTATION } from '../spec/labels';
import { isUp, type Member } from './members';
import { revisionOf } from './revisions';

/** The annotation with the last good revision of a StatefulSet: the current one, once a server was up with it. */
export function provenRevisionAnnotation(
  { metadata, status }: ChildStatefulSet,
  members: readonly Member[],
): Record<string, string> {
  const current = status?.currentRevision;
  const isProven = members.some(member => isUp(member) && member.pod && revisionOf(member.pod) === current);
  const proven = isProven ? current : metadata.annotations?.[PROVEN_REVISION_ANNOTATION];
  return proven === undefined ? {} : { [PROVEN_REVISION_ANNOTATION]: proven };
}

/**
 * Whether there is a good template to return to: the current one, if it is not the one being rolled out and servers were up
 * with it. The first revision of a StatefulSet is its current one too, and may never have worked.
 */
export function hasFallback(members: readonly Member[], { metadata, status }: ChildStatefulSet): boolean {
  const { currentRevision, updateRevision } = status ?? {};
  if (currentRevision === undefined || currentRevision === updateRevision) return false;
  const isProven = metadata.annotations?.[PROVEN_REVISION_ANNOTATION] === currentRevision;
  return isProven || members.some(({ outdated, ready }) => outdated && ready);
}
