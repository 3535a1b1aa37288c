import type { StoredFields } from '../observed';
import { findDifferences, type Difference, type FieldPath } from '../../kubernetes/differences';
import { digest } from '../../json/digest';

/**
 * The first managed field with an external change: its live value is neither the applied one nor the one that the API
 * server stored at the last apply; undefined if there is none.
 *
 * @param stored the fields stored differently at the last apply
 */
export const findDrift = (desired: unknown, live: unknown, stored?: StoredFields): FieldPath | undefined =>
  listDrift(desired, live, stored)[0]?.path;

/** All such fields. */
export const listDrift = (desired: unknown, live: unknown, stored?: StoredFields): Difference[] =>
  findDifferences(desired, live).filter(difference => !isAsStored(difference, stored));

/** An object or a part of one. */
interface Applied {
  readonly metadata: object;
}

/**
 * The fields that the API server stored differently than applied, because of admission policies, defaults or unknown
 * fields. Live objects are compared with them, because another apply would have the same effect.
 *
 * @param applied what was sent
 * @param answer what was stored then
 */
export function storedFields(applied: Applied, answer: object): StoredFields {
  const metadata = { ...applied.metadata, resourceVersion: undefined };
  const differences = findDifferences({ ...applied, metadata }, answer);
  return new Map(differences.map(difference => [difference.path, fingerprint(difference)]));
}

/** Whether a field differs from its desired value exactly as the API server stored it. */
export function isAsStored(difference: Difference, stored: StoredFields | undefined): boolean {
  const known = stored?.get(difference.path);
  return known !== undefined && known === fingerprint(difference);
}

/** A digest of the sent and the stored value; not the values, which may be secret. */
const fingerprint = ({ desired, live }: Difference): string => digest([desired, live]);
