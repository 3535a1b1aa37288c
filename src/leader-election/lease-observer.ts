import type { LeaseRecord } from './lease';

/** A clock that never goes back, in milliseconds. */
export type Clock = () => number;

/**
 * By its own time a Lease that has no holder is long given up, and one that has a holder long lost, when it is so many milliseconds old. Clocks that differ by
 * as much break tokens and certificates as well.
 */
const OLD_RELEASED_MS = 60_000;
const OLD_HELD_MS = 600_000;

/**
 * Judges Leases by how long they have stood unchanged before one's own eyes, for the clocks of other nodes are not to be trusted with seconds. What is seen
 * for the first time counts as just renewed, unless it is so old by its own time that its operator is long gone.
 */
export class LeaseObserver {
  readonly #seen = new Map<string, { readonly resourceVersion: string; readonly since: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly wallClock: Clock = Date.now,
  ) {}

  /** Milliseconds; infinite where its operator is long gone. */
  unchangedFor(lease: LeaseRecord): number {
    const { namespace, resourceVersion } = lease;
    const now = this.clock();
    const known = this.#seen.get(namespace);
    if (known?.resourceVersion === resourceVersion) return now - known.since;
    const since = known === undefined && this.#isOld(lease) ? Number.NEGATIVE_INFINITY : now;
    this.#seen.set(namespace, { resourceVersion, since });
    return now - since;
  }

  /** Forgets all Leases but those of these namespaces. */
  retain(namespaces: ReadonlySet<string>): void {
    for (const namespace of this.#seen.keys()) if (!namespaces.has(namespace)) this.#seen.delete(namespace);
  }

  #isOld({ holder, renewedAt }: LeaseRecord): boolean {
    return this.wallClock() - renewedAt > (holder === undefined ? OLD_RELEASED_MS : OLD_HELD_MS);
  }
}
