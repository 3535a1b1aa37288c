import type { LeaseRecord } from './lease';

/** A clock that never goes back, in milliseconds. */
export type Clock = () => number;

/**
 * Judges Leases by how long they have stood unchanged before one's own eyes: the clocks of other nodes are not to be trusted with that. So what is seen for the
 * first time counts as just renewed.
 */
export class LeaseObserver {
  readonly #seen = new Map<string, { readonly resourceVersion: string; readonly since: number }>();

  constructor(private readonly clock: Clock) {}

  /** Milliseconds. */
  unchangedFor({ namespace, resourceVersion }: LeaseRecord): number {
    const now = this.clock();
    const known = this.#seen.get(namespace);
    if (known?.resourceVersion === resourceVersion) return now - known.since;
    this.#seen.set(namespace, { resourceVersion, since: now });
    return 0;
  }
}
