/** A resource held by a client. */
export interface Held {
  /** The address of the client. */
  readonly address: string;
}

/** The resources of the client with the highest total weight, in order; empty if there are none. */
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
