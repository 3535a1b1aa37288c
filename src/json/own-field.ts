/**
 * Reads a field by an untrusted name. Inherited properties such as `constructor` and `toString` are ignored.
 *
 * @returns undefined if the record has no own field of that name
 */
export const ownField = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
