import type { StoredFields } from '../observed';
import { findDifferences, type Difference, type FieldPath } from '../../kubernetes/differences';
import { digest } from '../../json/digest';

/**
 * The first field that we set and that somebody has changed since: the live object holds it neither as we set it nor as the API server stored it when we
 * did; undefined where there is none.
 *
 * @param stored what the API server made of our last apply
 */
export const findDrift = (desired: unknown, live: unknown, stored?: StoredFields): FieldPath | undefined =>
  listDrift(desired, live, stored)[0]?.path;

/** All such fields. */
export const listDrift = (desired: unknown, live: unknown, stored?: StoredFields): Difference[] =>
  findDifferences(desired, live).filter(difference => !isAsStored(difference, stored));

/** A whole object, or a part of one. */
interface Applied {
  readonly metadata: object;
}

/**
 * What the API server made of an apply of ours: the fields that it holds otherwise than we sent them. Later states are compared with that: whatever
 * admission policies, defaults and dropped fields make of an apply, another apply would come to the same.
 *
 * @param applied what was sent
 * @param answer what was stored then
 */
export function storedFields(applied: Applied, answer: object): StoredFields {
  const metadata = { ...applied.metadata, resourceVersion: undefined };
  const differences = findDifferences({ ...applied, metadata }, answer);
  return new Map(differences.map(difference => [difference.path, fingerprint(difference)]));
}

/** Whether a field differs from what we want in the very way in which the API server stored it when we applied it. */
export function isAsStored(difference: Difference, stored: StoredFields | undefined): boolean {
  const known = stored?.get(difference.path);
  return known !== undefined && known === fingerprint(difference);
}

/** Of what was sent and what was stored; not the values themselves, for a Secret's are secret. */
const fingerprint = ({ desired, live }: Difference): string => digest([desired, live]);
