import type { LeaseRecord } from './lease';

/** A monotonic clock in milliseconds. */
export type Clock = () => number;

/**
 * Age in milliseconds, by its own renewTime, at which a released Lease, or one with a holder, counts as expired when
 * first seen. Clock skew of that size breaks tokens and certificates as well.
 */
const OLD_RELEASED_MS = 60_000;
const OLD_HELD_MS = 600_000;

/**
 * Measures how long a Lease has been unchanged by the local clock, because the clocks of other nodes may be off by
 * seconds. A Lease seen for the first time counts as just renewed, unless its own renewTime is old enough.
 */
export class LeaseObserver {
  readonly #seen = new Map<string, { readonly resourceVersion: string; readonly since: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly wallClock: Clock = Date.now,
  ) {}

  /** Milliseconds; infinite if the Lease is old when first seen. */
  unchangedFor(lease: LeaseRecord): number {
    const { namespace, resourceVersion } = lease;
    const now = this.clock();
    const known = this.#seen.get(namespace);
    if (known?.resourceVersion === resourceVersion) return now - known.since;
    const since = known === undefined && this.#isOld(lease) ? Number.NEGATIVE_INFINITY : now;
    this.#seen.set(namespace, { resourceVersion, since });
    return now - since;
  }

  /** Removes all Leases except those of these namespaces. */
  retain(namespaces: ReadonlySet<string>): void {
    for (const namespace of this.#seen.keys()) if (!namespaces.has(namespace)) this.#seen.delete(namespace);
  }

  #isOld({ holder, renewedAt }: LeaseRecord): boolean {
    return this.wallClock() - renewedAt > (holder === undefined ? OLD_RELEASED_MS : OLD_HELD_MS);
  }
}
