/**
 * What a record holds under a name that somebody else chose. Every object has `constructor` and `toString`, which are nobody's fields.
 *
 * @returns undefined where the record has no such field of its own
 */
export const ownField = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
