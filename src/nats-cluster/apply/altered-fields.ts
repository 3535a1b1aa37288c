import { childId } from '../child';
import type { Child } from '../children';
import type { Difference, FieldPath } from '../../kubernetes/differences';

/** A field of a child that the API server stores differently than applied. */
export interface AlteredField {
  /** `StatefulSet/c`. */
  readonly object: string;
  readonly path: FieldPath;
  /** It is dropped, rather than stored with another value. */
  readonly isDropped: boolean;
}

/** The altered fields of all children. */
export interface AlteredFields {
  readonly fields: readonly AlteredField[];
  /** False while children still have to be written, because the effect of that is unknown. */
  readonly isComplete: boolean;
}

/** @param differences between the applied and the stored child */
export const findAltered = (child: Child, differences: readonly Difference[]): AlteredField[] =>
  differences
    .filter(hasMeaning)
    .map(({ path, live }) => ({ object: childId(child), path, isDropped: live === undefined }));

/** An empty string requests the default, and most fields with 0 or false are not stored: that alters nothing. */
const hasMeaning = ({ desired, live }: Difference): boolean =>
  desired !== '' && !(live === undefined && (desired === 0 || desired === false));
