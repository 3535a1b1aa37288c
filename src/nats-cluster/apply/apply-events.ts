import { childId } from '../child';
import type { Child } from '../children';
import { LAST_APPLIED_HASH_ANNOTATION } from '../spec/labels';
import type { StoredFields } from '../observed';
import type { ApplyAction } from '../action';
import type { FieldPath } from '../../kubernetes/differences';
import { isAsStored } from './drift';
import { toEvent, type EventDraft } from '../event-reasons';
import { annotationPath } from './stripped-annotations';

/**
 * The Event of an apply that has been answered. There is none where the object came out as it was: a process that has just started applies once more what the
 * API server alters each time, and that is nobody's edit.
 *
 * @param stored what the API server made of the apply
 */
export function appliedEvent(
  { child, drift, isCorrection, event }: ApplyAction,
  stored: StoredFields,
): EventDraft | undefined {
  const fields = drift.filter(({ path }) => path !== APPLIED_PATH);
  // Where the digest alone differs, it is for a field that we no longer set.
  if (event === undefined || fields.length === 0) return event;
  const changed = fields.find(difference => !isAsStored(difference, stored));
  if (changed === undefined) return undefined;
  return isCorrection ? driftCorrectedEvent(child, changed.path) : event;
}

const APPLIED_PATH: FieldPath = annotationPath(LAST_APPLIED_HASH_ANNOTATION);

/** The Event for a field that somebody else has changed, and that is as it should be again. */
export const driftCorrectedEvent = (child: Child, path: FieldPath): EventDraft =>
  toEvent('DriftCorrected', `Reverted an external change to ${path} of ${childId(child)}`);
