/** The fields owned by a manager, in the format of `metadata.managedFields` (FieldsV1): a tree with empty leaves. */
export interface FieldSet {
  readonly [name: string]: FieldSet;
}

/** The union of two field sets. */
export function unionFields(a: FieldSet, b: FieldSet): FieldSet {
  const shared = Object.entries(b).map(([name, fields]): [string, FieldSet] => [
    name,
    unionFields(a[name] ?? {}, fields),
  ]);
  return { ...a, ...Object.fromEntries(shared) };
}
