import { setTimeout as pause } from 'node:timers/promises';
import { safeErrorMessage } from '../runtime/safe-error-message';
import { inBackground } from '../runtime/in-background';
import type { Logger } from '../runtime/logger';
import { isHeldBy, isOfReplica, LEASE_DURATION_MS, nameOf, type LeaseRequest, type LeaseRecord } from './lease';
import type { LeaseClient } from './lease-client';
import { LeaseObserver, type Clock } from './lease-observer';
import { isContinued, RENEW_DEADLINE_MS, RENEW_INTERVAL_MS, TAKEOVER_DELAY_MS } from './lease-timing';
import { LeadershipReport, type LeadershipState } from './leadership-state';

/** Milliseconds between two looks of who waits to take over. */
const STANDBY_POLL_MS = 1_000;

/** Milliseconds until the next try after one that failed, or that somebody else was faster than; ever longer, where it is not held. */
const RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;

/** Milliseconds in which a Lease is tried to be given up once more, where the API server does not take it. */
const RELEASE_RETRIES_MS = 2_000;

export interface LeaseLockOptions {
  readonly client: LeaseClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the Lease is. */
  readonly namespace: string;
  readonly claim: LeaseRequest;
  /** The namespaces that it is about, as people read it. */
  readonly what: string;
  /** Why it must not be held, whoever else does; undefined where nothing speaks against it. */
  readonly obstacle: () => Promise<string | undefined>;
  /** Called when it has begun to be held, or has ended to be. */
  readonly onChange: () => void;
  readonly onLeadership: (standing: LeadershipState) => void;
}

/** Competes for one Lease, renews it while it is held, and takes it again where it was lost. */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #observer: LeaseObserver;
  readonly #report: LeadershipReport;
  #held: { readonly record: LeaseRecord; readonly at: number } | undefined;
  /** When it counts: until then others may not have seen it. */
  #usableFrom = 0;
  #expiry: NodeJS.Timeout | undefined;
  /** Who holds it instead. */
  #competitor: LeaseRecord | undefined;
  /** What was last told of it. */
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

  /** Whether it is, at this very moment, and everybody knows. */
  isHeld(): boolean {
    return !this.#stopped && this.#isOurs() && this.#options.clock() >= this.#usableFrom;
  }

  /** The operator that holds it instead, as people are told; undefined where that is another replica of this one, or nobody. */
  otherOperator(): string | undefined {
    const other = this.#competitor;
    return other === undefined || isOfReplica(other, this.#options.claim) ? undefined : nameOf(other);
  }

  /** Competes until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const wait = await this.#step();
      this.#notify();
      await pause(wait, undefined, { ref: false });
    }
  }

  /** Holds it no longer, as far as `isHeld` says; others may not take it yet. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives it up, so that another replica can take it at once. Throws where the API server does not take that. */
  async release(): Promise<void> {
    this.#released = true;
    await this.#giveUp();
  }

  /** @returns milliseconds until the next one */
  async #step(): Promise<number> {
    try {
      const wait = this.#isOurs() ? await this.#keep() : await this.#compete();
      this.#failures = 0;
      this.#problem = undefined;
      return wait;
    } catch (error) {
      const { log, namespace } = this.#options;
      const problem = safeErrorMessage(error);
      if (problem !== this.#problem) log.warn({ namespace, error: problem }, 'the Lease could not be looked at');
      this.#problem = problem;
      this.#failures += 1;
      return this.#isOurs() ? RETRY_MS : Math.min(RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    }
  }

  async #keep(): Promise<number> {
    const { clock, client } = this.#options;
    const held = this.#held;
    const at = clock();
    if (held === undefined) return 0;
    if (at - held.at >= RENEW_INTERVAL_MS) {
      const renewed = await client.renew(held.record);
      // Somebody has changed or deleted it.
      if (renewed === undefined) return this.#compete();
      this.#note(renewed, at);
      const obstacle = await this.#options.obstacle();
      if (obstacle !== undefined) return this.#yield(obstacle);
    }
    this.#report.say({
      kind: 'leading',
      message: `this pod is in charge of the NatsClusters of ${this.#options.what}`,
    });
    const due = (this.#held?.at ?? at) + RENEW_INTERVAL_MS;
    const unusable = this.#usableFrom > clock() ? this.#usableFrom : due;
    return Math.max(1, Math.min(due, unusable) - clock());
  }

  async #compete(): Promise<number> {
    const { client, claim, namespace, clock } = this.#options;
    const found = await client.read(namespace);
    const remaining = found === undefined ? 0 : this.#remaining(found);
    this.#competitor = remaining > 0 ? found : undefined;
    if (found !== undefined && remaining > 0) {
      this.#lose();
      return this.#standBy(found, remaining);
    }
    const obstacle = await this.#options.obstacle();
    if (obstacle !== undefined) return this.#yield(obstacle);
    if (this.#stopped) return 0;
    const at = clock();
    const taken = await client.take(namespace, claim, found);
    if (taken === undefined) return RETRY_MS;
    const isNew = claim.scope === 'namespace' && !isContinued(found, Date.now());
    if (!this.#isOurs()) this.#usableFrom = clock() + (isNew ? TAKEOVER_DELAY_MS : 0);
    this.#note(taken, at);
    return this.#keep();
  }

  /** Milliseconds until it may be taken, if it is not renewed. */
  #remaining(lease: LeaseRecord): number {
    if (lease.holder === undefined || isHeldBy(lease, this.#options.claim)) return 0;
    return LEASE_DURATION_MS - this.#observer.unchangedFor(lease);
  }

  #standBy(lease: LeaseRecord, remaining: number): number {
    const { claim, what } = this.#options;
    const isReplica = isOfReplica(lease, claim);
    const who = `another ${isReplica ? 'replica' : 'operator'} is in charge of ${what}: ${nameOf(lease)}`;
    this.#report.say(
      isReplica ? { kind: 'standby', message: who } : { kind: 'aside', message: `${who}; this one stays out` },
    );
    return Math.min(STANDBY_POLL_MS, remaining);
  }

  async #yield(obstacle: string): Promise<number> {
    await this.#giveUp();
    this.#report.say({ kind: 'aside', message: `${obstacle}; this one stays out` });
    return STANDBY_POLL_MS;
  }

  #isOurs(): boolean {
    return this.#held !== undefined && this.#options.clock() - this.#held.at < RENEW_DEADLINE_MS;
  }

  #note(record: LeaseRecord, at: number): void {
    clearTimeout(this.#expiry);
    this.#held = { record, at };
    this.#expiry = setTimeout(() => this.#lose(), at + RENEW_DEADLINE_MS - this.#options.clock()).unref();
    // It came after the end.
    if (this.#released) inBackground(async () => this.#giveUp(), this.#options.log, 'the Lease could not be given up');
  }

  #lose(): void {
    if (this.#held === undefined) return;
    this.#forget();
    this.#report.say({ kind: 'standby', message: `this pod is in charge of ${this.#options.what} no longer` });
    this.#notify();
  }

  #forget(): void {
    clearTimeout(this.#expiry);
    this.#held = undefined;
  }

  #notify(): void {
    const isHeld = this.isHeld();
    if (isHeld !== this.#wasHeld) this.#options.onChange();
    this.#wasHeld = isHeld;
  }

  async #giveUp(): Promise<void> {
    const held = this.#held;
    this.#forget();
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
    // A renewal was on its way.
    const stored = await client.read(record.namespace);
    if (stored !== undefined && isHeldBy(stored, claim)) await client.release(stored);
  }
}
