import { setTimeout as pause } from 'node:timers/promises';
import { safeErrorMessage } from '../runtime/safe-error-message';
import { inBackground } from '../runtime/in-background';
import type { Logger } from '../runtime/logger';
import { isHeldBy, isOfReplica, LEASE_DURATION_MS, nameOf, type LeaseRequest, type LeaseRecord } from './lease';
import type { LeaseClient } from './lease-client';
import { LeaseObserver, type Clock } from './lease-observer';
import { isContinued, RENEW_DEADLINE_MS, RENEW_INTERVAL_MS, TAKEOVER_DELAY_MS } from './lease-timing';
import { LeadershipReport, type LeadershipState } from './leadership-state';

/** Poll interval of a standby candidate in milliseconds. */
const STANDBY_POLL_MS = 1_000;

/** Retry delay in milliseconds after a failure or a lost race; grows exponentially while the Lease is not held. */
const RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;

/** How long releasing the Lease is retried, in milliseconds. */
const RELEASE_RETRIES_MS = 2_000;

export interface LeaseLockOptions {
  readonly client: LeaseClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** The namespace of the Lease. */
  readonly namespace: string;
  readonly claim: LeaseRequest;
  /** Description of the managed namespaces, for messages. */
  readonly what: string;
  /** Why this process must not hold the Lease; undefined if it may. */
  readonly competitor: () => Promise<string | undefined>;
  /** Called when the Lease has been acquired or lost. */
  readonly onChange: () => void;
  readonly onLeadership: (state: LeadershipState) => void;
}

/** Acquires a Lease, renews it while it is held, and tries to acquire it again after losing it. */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #observer: LeaseObserver;
  readonly #report: LeadershipReport;
  #held: { readonly record: LeaseRecord; readonly at: number } | undefined;
  /** The Lease counts as held from then on; before, others may not have seen it yet. */
  #usableFrom = 0;
  #expiry: NodeJS.Timeout | undefined;
  /** The current holder, if it is another process. */
  #competitor: LeaseRecord | undefined;
  /** The state at the last notification. */
  #wasHeld = false;
  #failures = 0;
  #problem: string | undefined;
  #stopped = false;
  #released = false;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    this.#observer = new LeaseObserver(options.clock);
    this.#report = new LeadershipReport(options.clock, options.onLeadership);
  }

  /** Whether the Lease is held now and others have seen it. */
  isHeld(): boolean {
    return !this.#stopped && this.#isOurs() && this.#options.clock() >= this.#usableFrom;
  }

  /** The description of another operator that holds the Lease; undefined if it is a replica of this one, or free. */
  otherOperator(): string | undefined {
    const other = this.#competitor;
    return other === undefined || isOfReplica(other, this.#options.claim) ? undefined : nameOf(other);
  }

  /** Runs for election until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const wait = await this.#step();
      this.#notify();
      await pause(wait, undefined, { ref: false });
    }
  }

  /** Makes `isHeld` false without releasing the Lease. */
  stop(): void {
    this.#stopped = true;
  }

  /** Releases the Lease, so that another replica can acquire it immediately. Throws if the API server rejects that. */
  async release(): Promise<void> {
    this.#released = true;
    await this.#release();
  }

  /** @returns milliseconds until the next step */
  async #step(): Promise<number> {
    try {
      const wait = this.#isOurs() ? await this.#renew() : await this.#acquire();
      this.#failures = 0;
      this.#problem = undefined;
      return wait;
    } catch (error) {
      const { log, namespace } = this.#options;
      const problem = safeErrorMessage(error);
      if (problem !== this.#problem)
        log.warn({ namespace, error: problem }, 'Failed to read or update the Lease, will retry');
      this.#problem = problem;
      this.#failures += 1;
      return this.#isOurs() ? RETRY_MS : Math.min(RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    }
  }

  async #renew(): Promise<number> {
    const { clock, client } = this.#options;
    const held = this.#held;
    const at = clock();
    if (held === undefined) return 0;
    if (at - held.at >= RENEW_INTERVAL_MS) {
      const renewed = await client.renew(held.record);
      // It was changed or deleted in the meantime.
      if (renewed === undefined) return this.#acquire();
      this.#setHeld(renewed, at);
      const competitor = await this.#options.competitor();
      if (competitor !== undefined) return this.#yield(competitor);
    }
    this.#report.report({
      kind: 'leading',
      message: `This pod is the leader for the NatsClusters of ${this.#options.what}`,
    });
    const due = (this.#held?.at ?? at) + RENEW_INTERVAL_MS;
    const unusable = this.#usableFrom > clock() ? this.#usableFrom : due;
    return Math.max(1, Math.min(due, unusable) - clock());
  }

  async #acquire(): Promise<number> {
    const { client, claim, namespace, clock } = this.#options;
    const found = await client.read(namespace);
    const remaining = found === undefined ? 0 : this.#remaining(found);
    this.#competitor = remaining > 0 ? found : undefined;
    if (found !== undefined && remaining > 0) {
      this.#lose();
      return this.#standBy(found, remaining);
    }
    const competitor = await this.#options.competitor();
    if (competitor !== undefined) return this.#yield(competitor);
    if (this.#stopped) return 0;
    const at = clock();
    const taken = await client.take(namespace, claim, found);
    if (taken === undefined) return RETRY_MS;
    const isNew = claim.scope === 'namespace' && !isContinued(found, Date.now());
    if (!this.#isOurs()) this.#usableFrom = clock() + (isNew ? TAKEOVER_DELAY_MS : 0);
    this.#setHeld(taken, at);
    return this.#renew();
  }

  /** Milliseconds until the Lease expires, if it is not renewed. */
  #remaining(lease: LeaseRecord): number {
    if (lease.holder === undefined || isHeldBy(lease, this.#options.claim)) return 0;
    return LEASE_DURATION_MS - this.#observer.unchangedFor(lease);
  }

  #standBy(lease: LeaseRecord, remaining: number): number {
    const { claim, what } = this.#options;
    const isReplica = isOfReplica(lease, claim);
    const who = `Another ${isReplica ? 'replica is the leader for' : 'operator manages'} ${what}: ${nameOf(lease)}`;
    this.#report.report(
      isReplica ? { kind: 'standby', message: who } : { kind: 'aside', message: `${who}; standing by` },
    );
    return Math.min(STANDBY_POLL_MS, remaining);
  }

  async #yield(competitor: string): Promise<number> {
    await this.#release();
    this.#report.report({ kind: 'aside', message: `${competitor}; standing by` });
    return STANDBY_POLL_MS;
  }

  #isOurs(): boolean {
    return this.#held !== undefined && this.#options.clock() - this.#held.at < RENEW_DEADLINE_MS;
  }

  #setHeld(record: LeaseRecord, at: number): void {
    clearTimeout(this.#expiry);
    this.#held = { record, at };
    this.#expiry = setTimeout(() => this.#lose(), at + RENEW_DEADLINE_MS - this.#options.clock()).unref();
    // The renewal completed after the release.
    if (this.#released) inBackground(async () => this.#release(), this.#options.log, 'Failed to release the Lease');
  }

  #lose(): void {
    if (this.#held === undefined) return;
    this.#clearHeld();
    this.#report.report({ kind: 'standby', message: `This pod is no longer the leader for ${this.#options.what}` });
    this.#notify();
  }

  #clearHeld(): void {
    clearTimeout(this.#expiry);
    this.#held = undefined;
  }

  #notify(): void {
    const isHeld = this.isHeld();
    if (isHeld !== this.#wasHeld) this.#options.onChange();
    this.#wasHeld = isHeld;
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#clearHeld();
    if (held === undefined) return;
    const end = this.#options.clock() + RELEASE_RETRIES_MS;
    for (;;) {
      try {
        await this.#releaseStored(held.record);
        return;
      } catch (error) {
        if (this.#options.clock() + RETRY_MS > end) throw error;
        await pause(RETRY_MS);
      }
    }
  }

  async #releaseStored(record: LeaseRecord): Promise<void> {
    const { client, claim } = this.#options;
    if ((await client.release(record)) !== undefined) return;
    // A renewal was in flight.
    const stored = await client.read(record.namespace);
    if (stored !== undefined && isHeldBy(stored, claim)) await client.release(stored);
  }
}
