export interface FairSlotsOptions {
  /** How many hold a slot at a time. */
  readonly slots: number;
  /** How many more, of those that are slow or fail, in sum and of one tenant. */
  readonly slowSlots: number;
  readonly slowSlotsOfTenant: number;
  /** Milliseconds after which who holds a slot counts as slow. */
  readonly slowAfter: number;
  /** Milliseconds; increases. */
  readonly clock?: () => number;
}

/** A slot that is held. */
export interface Slot {
  readonly tenant: string;
  readonly since: number;
  /** Whether it is one of those for the slow. */
  isSlow: boolean;
}

/**
 * Slots for work, shared so that nobody can keep them from others: what is slow goes into slots of its own, of which one tenant has a few; a tenant that has
 * filled its own has one of the others left.
 */
export class FairSlots {
  readonly #options: FairSlotsOptions;
  readonly #clock: () => number;
  readonly #held = new Set<Slot>();

  constructor(options: FairSlotsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** @param isSlow whether the work was slow, or failed, the last time. @returns undefined where there is no room for it */
  take(tenant: string, isSlow: boolean): Slot | undefined {
    if (!this.hasRoom(tenant, isSlow)) return undefined;
    const slot = { tenant, since: this.#clock(), isSlow };
    this.#held.add(slot);
    return slot;
  }

  release(slot: Slot): void {
    this.#held.delete(slot);
  }

  /** How many slots a tenant holds. */
  heldBy(tenant: string): number {
    return this.#count(slot => slot.tenant === tenant);
  }

  /** Moves those that have held their slots for long to the slots of the slow, as far as there is room. */
  moveSlow(): void {
    for (const slot of this.#held) {
      if (!this.isOverdue(slot) || slot.isSlow) continue;
      slot.isSlow = this.hasRoom(slot.tenant, true);
    }
  }

  isOverdue({ since }: Slot): boolean {
    return this.#clock() - since >= this.#options.slowAfter;
  }

  /** Whether a tenant may have another slot now. */
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
