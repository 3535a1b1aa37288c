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
 * The Event of a completed apply. None if the object did not change: a new process repeats an apply that the API server alters
 * each time, which is no external change.
 *
 * @param stored the fields stored differently at the apply
 */
export function appliedEvent(
  { child, drift, isCorrection, event }: ApplyAction,
  stored: StoredFields,
): EventDraft | undefined {
  const fields = drift.filter(({ path }) => path !== APPLIED_PATH);
  // If only the digest differs, a field is no longer set.
  if (event === undefined || fields.length === 0) return event;
  const changed = fields.find(difference => !isAsStored(difference, stored));
  if (changed === undefined) return undefined;
  return isCorrection ? driftCorrectedEvent(child, changed.path) : event;
}

const APPLIED_PATH: FieldPath = annotationPath(LAST_APPLIED_HASH_ANNOTATION);

/** The Event for a reverted external change. */
export const driftCorrectedEvent = (child: Child, path: FieldPath): EventDraft =>
  toEvent('DriftCorrected', `Reverted an external change to ${path} of ${childId(child)}`);
