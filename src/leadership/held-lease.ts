import type { LeaseClaim, LeaseRecord } from './lease';
import type { LeaseClient } from './lease-client';
import type { Clock } from './lease-observer';

/** Milliseconds between two renewals. */
const RENEWAL = 5_000;

/**
 * Milliseconds after which a Lease that could not be renewed is held no longer: a third of its life before somebody else may take it, so that whatever was sent meanwhile
 * has arrived or is lost.
 */
const DEADLINE = 10_000;

/** One Lease, as far as this process holds it. */
export class HeldLease {
  #held: { readonly record: LeaseRecord; readonly at: number } | undefined;
  #expiry: NodeJS.Timeout | undefined;

  /** @param onLost told when it is held no longer, though nobody has given it up here */
  constructor(
    private readonly client: LeaseClient,
    private readonly clock: Clock,
    private readonly claim: LeaseClaim,
    private readonly onLost: () => void,
  ) {}

  /** Whether it is, at this very moment. */
  isHeld(): boolean {
    return this.#held !== undefined && this.clock() - this.#held.at < DEADLINE;
  }

  /** @returns whether it is held now; it is not where somebody else was first */
  async take(namespace: string, former: LeaseRecord | undefined): Promise<boolean> {
    const at = this.clock();
    this.#note(await this.client.take(namespace, this.claim, former), at);
    return this.isHeld();
  }

  /** Renews it, where that is due. */
  async keep(): Promise<void> {
    const held = this.#held;
    const at = this.clock();
    if (held === undefined || at - held.at < RENEWAL) return;
    const renewed = await this.client.renew(held.record);
    if (renewed !== undefined) this.#note(renewed, at);
    else await this.#recover(held.record.namespace, at);
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#forget();
    if (held === undefined || (await this.client.release(held.record)) !== undefined) return;
    // A renewal was on its way.
    const stored = await this.client.read(held.record.namespace);
    if (stored?.holder === this.claim.holder) await this.client.release(stored);
  }

  /** Somebody has changed the Lease: only where that was not its holder it is still ours. */
  async #recover(namespace: string, at: number): Promise<void> {
    const stored = await this.client.read(namespace);
    if (stored?.holder === this.claim.holder) this.#note(await this.client.take(namespace, this.claim, stored), at);
    else this.#lose();
  }

  #note(record: LeaseRecord | undefined, at: number): void {
    if (record === undefined) return;
    clearTimeout(this.#expiry);
    this.#held = { record, at };
    this.#expiry = setTimeout(() => this.#lose(), at + DEADLINE - this.clock()).unref();
  }

  #lose(): void {
    const wasHeld = this.#held !== undefined;
    this.#forget();
    if (wasHeld) this.onLost();
  }

  #forget(): void {
    clearTimeout(this.#expiry);
    this.#held = undefined;
  }
}
