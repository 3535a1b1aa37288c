/** The fields that a manager owns, as `metadata.managedFields` writes them: a tree whose leaves are empty. */
export interface FieldSet {
  readonly [name: string]: FieldSet;
}

/** All fields of the two. */
export function unionFields(a: FieldSet, b: FieldSet): FieldSet {
  const shared = Object.entries(b).map(([name, fields]): [string, FieldSet] => [
    name,
    unionFields(a[name] ?? {}, fields),
  ]);
  return { ...a, ...Object.fromEntries(shared) };
}
