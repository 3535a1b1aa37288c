/**
 * Several lists as one, in their order, in which of all items with one key only the first stays. Server-side apply rejects a list
 * that has two items of the same key, so whatever matters more comes first.
 */
export function mergeByKey<T>(keyOf: (item: T) => string, ...lists: readonly (readonly T[] | undefined)[]): T[] {
  const merged = new Map<string, T>();
  for (const item of lists.flatMap(list => list ?? [])) {
    if (!merged.has(keyOf(item))) merged.set(keyOf(item), item);
  }
  return [...merged.values()];
}
