/** Something that a client holds. */
export interface Held {
  /** Of the client. */
  readonly address: string;
}

/** What the client holds that holds most, in its order; none where nobody holds anything. */
export function ofBusiestAddress<T extends Held>(all: Iterable<T>, weigh: (held: T) => number): readonly T[] {
  const byAddress = new Map<string, { readonly held: T[]; weight: number }>();
  for (const each of all) {
    const known = byAddress.get(each.address) ?? { held: [], weight: 0 };
    known.held.push(each);
    known.weight += weigh(each);
    byAddress.set(each.address, known);
  }
  let busiest: { readonly held: readonly T[]; readonly weight: number } = { held: [], weight: -1 };
  for (const each of byAddress.values()) if (each.weight > busiest.weight) busiest = each;
  return busiest.held;
}
