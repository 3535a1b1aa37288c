import { childId } from '../child';
import type { Child } from '../children';
import type { Difference, FieldPath } from '../../kubernetes/differences';

/** A field of a child that the API server stores otherwise than it is applied. */
export interface AlteredField {
  /** `StatefulSet/c`. */
  readonly object: string;
  readonly path: FieldPath;
  /** It is not stored at all, rather than with another value. */
  readonly isDropped: boolean;
}

/** Those of all children. */
export interface AlteredFields {
  readonly fields: readonly AlteredField[];
  /** False while children are still to be written: what the API server makes of that is not known yet. */
  readonly isComplete: boolean;
}

/** @param differences between the child as it is applied and as the API server stores it */
export const findAltered = (child: Child, differences: readonly Difference[]): AlteredField[] =>
  differences
    .filter(hasMeaning)
    .map(({ path, live }) => ({ object: childId(child), path, isDropped: live === undefined }));

/** An empty text asks for the default, and most fields that are 0 or false are not stored: that alters nothing. */
const hasMeaning = ({ desired, live }: Difference): boolean =>
  desired !== '' && !(live === undefined && (desired === 0 || desired === false));
