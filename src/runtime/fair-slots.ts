export interface FairSlotsOptions {
  /** Number of regular slots. */
  readonly slots: number;
  /** Number of additional slots for slow or failing work, in total and per tenant. */
  readonly slowSlots: number;
  readonly slowSlotsOfTenant: number;
  /** Milliseconds after which the holder of a slot counts as slow. */
  readonly slowAfter: number;
  /** A monotonic clock in milliseconds. */
  readonly clock?: () => number;
}

/** An occupied slot. */
export interface Slot {
  readonly tenant: string;
  readonly since: number;
  /** Whether it is a slot for slow work. */
  isSlow: boolean;
}

/**
 * Slots for work, shared fairly: slow work moves to separate slots, of which a tenant may use a few; a tenant that has
 * used all of those may use one regular slot.
 */
export class FairSlots {
  readonly #options: FairSlotsOptions;
  readonly #clock: () => number;
  readonly #held = new Set<Slot>();

  constructor(options: FairSlotsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** @param isSlow whether the work was slow or failed the last time. @returns undefined if no slot is free */
  take(tenant: string, isSlow: boolean): Slot | undefined {
    if (!this.hasRoom(tenant, isSlow)) return undefined;
    const slot = { tenant, since: this.#clock(), isSlow };
    this.#held.add(slot);
    return slot;
  }

  release(slot: Slot): void {
    this.#held.delete(slot);
  }

  /** The number of slots of a tenant. */
  heldBy(tenant: string): number {
    return this.#count(slot => slot.tenant === tenant);
  }

  /** Moves overdue work to the slots for slow work, as far as those are free. */
  moveSlow(): void {
    for (const slot of this.#held) {
      if (!this.isOverdue(slot) || slot.isSlow) continue;
      slot.isSlow = this.hasRoom(slot.tenant, true);
    }
  }

  isOverdue({ since }: Slot): boolean {
    return this.#clock() - since >= this.#options.slowAfter;
  }

  /** Whether a slot is free for the tenant. */
  hasRoom(tenant: string, isSlow: boolean): boolean {
    const { slots, slowSlots, slowSlotsOfTenant } = this.#options;
    const slowOfTenant = this.#count(slot => slot.isSlow && slot.tenant === tenant);
    if (isSlow) return slowOfTenant < slowSlotsOfTenant && this.#count(slot => slot.isSlow) < slowSlots;
    if (this.#count(slot => !slot.isSlow) >= slots) return false;
    return slowOfTenant < slowSlotsOfTenant || this.#count(slot => !slot.isSlow && slot.tenant === tenant) === 0;
  }

  #count(counts: (slot: Slot) => boolean): number {
    let count = 0;
    for (const slot of this.#held) if (counts(slot)) count += 1;
    return count;
  }
}
