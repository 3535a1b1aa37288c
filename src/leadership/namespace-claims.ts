import { blockerOf, isContinued, nameOf, SETTLING } from './contest';
import { HeldLease } from './held-lease';
import type { LeaseClaim } from './lease';
import type { LeaseClient } from './lease-client';
import type { Clock, LeaseObserver } from './lease-observer';

interface Claimed {
  readonly lease: HeldLease;
  settled: number;
  /** Who holds it instead. */
  other: string | undefined;
}

/**
 * The Leases of the further namespaces that an operator of some looks after. Only the replica that leads claims them, so that whatever another replica of the
 * same operator has held is its at once.
 */
export class NamespaceClaims {
  readonly #claimed: ReadonlyMap<string, Claimed>;

  constructor(
    private readonly client: LeaseClient,
    private readonly clock: Clock,
    private readonly observer: LeaseObserver,
    private readonly claim: LeaseClaim,
    namespaces: readonly string[],
    onLost: () => void,
  ) {
    const unclaimed = (): Claimed => ({
      lease: new HeldLease(client, clock, claim, onLost),
      settled: 0,
      other: undefined,
    });
    this.#claimed = new Map(namespaces.map(namespace => [namespace, unclaimed()]));
  }

  has(namespace: string): boolean {
    const claimed = this.#claimed.get(namespace);
    return claimed !== undefined && claimed.lease.isHeld() && this.clock() >= claimed.settled;
  }

  other(namespace: string): string | undefined {
    return this.#claimed.get(namespace)?.other;
  }

  /** Renews what is held, and takes what can be had. @param place has the Lease of the replicas, which is no claim */
  async look(place: string): Promise<void> {
    const further = [...this.#claimed].filter(([namespace]) => namespace !== place);
    await Promise.all(
      further.map(async ([namespace, claimed]) =>
        claimed.lease.isHeld() ? claimed.lease.keep() : this.#take(namespace, claimed),
      ),
    );
  }

  async release(): Promise<void> {
    await Promise.all([...this.#claimed.values()].map(async ({ lease }) => lease.release()));
  }

  async #take(namespace: string, claimed: Claimed): Promise<void> {
    const found = await this.client.read(namespace);
    const isOurs = found?.scope === 'namespace' && found.home === this.claim.home;
    const blocker = isOurs ? undefined : blockerOf(this.claim, found, [], this.observer);
    claimed.other = blocker === undefined ? undefined : nameOf(blocker.lease);
    if (blocker !== undefined || !(await claimed.lease.take(namespace, found))) return;
    claimed.settled = this.clock() + (isContinued(found, Date.now()) ? 0 : SETTLING);
  }
}
