import { recordWorkQueue } from './telemetry';
import { FairSlots, type FairSlotsOptions, type Slot } from './fair-slots';

/** Waits without occupying a slot, so that other keys can be processed; continues when a slot is free again. */
export type Outside = <T>(wait: () => Promise<T>) => Promise<T>;

/** Processes a key. Returns milliseconds until it is requeued, or undefined to wait for an event. */
export type Work = (key: string, outside: Outside) => Promise<number | undefined>;

export interface WorkQueueOptions extends FairSlotsOptions {
  /** The tenant of a key; tenants share the slots fairly, regardless of their number of keys. */
  readonly tenantOf: (key: string) => string;
  /** Delay in milliseconds before the first retry; doubled for each further one. */
  readonly firstRetry: number;
  /** Maximum delay before a retry in milliseconds. */
  readonly lastRetry: number;
  /** Minimum pause in milliseconds between two runs of a key, which batches events. */
  readonly pause: number;
  /**
   * Called for each failure.
   *
   * @returns the minimum delay in milliseconds before the retry; undefined for the backoff
   */
  readonly onError: (key: string, error: unknown) => number | undefined;
}

/** Milliseconds: a timer may fire slightly early by the monotonic clock. */
const TIMER_TOLERANCE_MS = 10;

/** A key being processed. */
interface Running {
  readonly since: number;
  /** Undefined while it waits without a slot. */
  slot: Slot | undefined;
  /** Fires when the key counts as slow. */
  timer: NodeJS.Timeout | undefined;
  /** Whether it has occupied a slot for longer than `slowAfter`. */
  isSlow: boolean;
}

/**
 * A work queue, fair between tenants: the tenants with the fewest keys being processed are served first, in FIFO order.
 * A key is never processed concurrently: if it is added meanwhile, it is processed once more afterwards. Failures are
 * retried with exponential backoff and jitter, which an event bypasses. Slow and failing keys have a limited share of
 * the slots.
 */
export class WorkQueue {
  readonly #work: Work;
  readonly #options: WorkQueueOptions;
  readonly #slots: FairSlots;
  /** Queued keys, and when each was added. */
  readonly #waiting = new Map<string, number>();
  readonly #running = new Map<string, Running>();
  /** Keys that have waited without a slot and continue when one is free. */
  readonly #returning = new Map<string, (slot: Slot) => void>();
  /** Keys within the pause after a run. */
  readonly #pausing = new Set<string>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  readonly #failures = new Map<string, number>();
  /** Keys whose last run was slow. */
  readonly #slow = new Set<string>();
  #stopped = false;

  constructor(work: Work, options: WorkQueueOptions) {
    this.#work = work;
    this.#options = options;
    this.#slots = new FairSlots(options);
    recordWorkQueue({ kind: 'created', workers: options.slots + options.slowSlots });
  }

  /** Enqueues a key, to be processed as soon as a slot is free and its pause is over. */
  add(key: string): void {
    if (this.#stopped) return;
    if (!this.#waiting.has(key)) {
      this.#waiting.set(key, performance.now());
      recordWorkQueue({ kind: 'added', key });
    }
    this.#next();
  }

  /** Enqueues a key after a delay in milliseconds, unless it is due earlier. */
  addAfter(key: string, delay: number): void {
    const due = Date.now() + delay;
    const planned = this.#timers.get(key);
    if (this.#stopped || (planned !== undefined && planned.due <= due)) return;
    this.#cancel(key);
    recordWorkQueue({ kind: 'retried', key });
    this.#timers.set(key, { due, timer: setTimeout(() => this.add(key), delay) });
  }

  /** The number of queued keys, without delayed ones, and of keys being processed. */
  depth(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.size, running: this.#running.size };
  }

  /** The keys that have been processed for at least that many milliseconds. */
  stuckFor(milliseconds: number): string[] {
    const now = performance.now();
    return [...this.#running].filter(([, { since }]) => now - since >= milliseconds).map(([key]) => key);
  }

  /** Accepts no more keys; running work is not interrupted. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const key of [...this.#timers.keys()]) this.#cancel(key);
  }

  #next(): void {
    this.#slots.moveSlow();
    for (
      let found = this.#take(this.#returning.keys());
      found !== undefined;
      found = this.#take(this.#returning.keys())
    ) {
      const resume = this.#returning.get(found.key);
      this.#returning.delete(found.key);
      resume?.(found.slot);
    }
    for (let found = this.#take(this.#waiting.keys()); found !== undefined; found = this.#take(this.#waiting.keys())) {
      const since = performance.now();
      const seconds = (since - (this.#waiting.get(found.key) ?? since)) / 1000;
      recordWorkQueue({ kind: 'started', key: found.key, seconds });
      this.#waiting.delete(found.key);
      this.#cancel(found.key);
      const running = { since, slot: undefined, timer: undefined, isSlow: false };
      this.#running.set(found.key, running);
      void this.#run(found.key, running, found.slot);
    }
  }

  /** Takes a slot for the first key of the tenants with the fewest slots. */
  #take(keys: Iterable<string>): { key: string; slot: Slot } | undefined {
    const held = new Map<string, number>();
    let best: { readonly key: string; readonly count: number } | undefined;
    for (const key of keys) {
      const isReturning = this.#returning.has(key);
      if (!isReturning && (this.#running.has(key) || this.#pausing.has(key))) continue;
      const tenant = this.#options.tenantOf(key);
      const count = held.get(tenant) ?? this.#slots.heldBy(tenant);
      held.set(tenant, count);
      if (best !== undefined && count >= best.count) continue;
      if (this.#slots.hasRoom(tenant, this.#isSlow(key))) best = { key, count };
      if (best?.count === 0) break;
    }
    if (best === undefined) return undefined;
    const slot = this.#slots.take(this.#options.tenantOf(best.key), this.#isSlow(best.key));
    return slot === undefined ? undefined : { key: best.key, slot };
  }

  #isSlow(key: string): boolean {
    return this.#slow.has(key) || this.#failures.has(key);
  }

  async #run(key: string, running: Running, slot: Slot): Promise<void> {
    this.#occupy(running, slot);
    try {
      const delay = await this.#work(key, async wait => this.#outside(key, running, wait));
      this.#failures.delete(key);
      if (delay !== undefined) this.addAfter(key, delay);
    } catch (error) {
      const backoff = this.#backoff(key);
      this.addAfter(key, Math.max(backoff, Math.min(this.#reportError(key, error) ?? 0, this.#options.lastRetry)));
    } finally {
      this.#releaseSlot(running);
      if (running.isSlow) this.#slow.add(key);
      else this.#slow.delete(key);
      this.#running.delete(key);
      recordWorkQueue({ kind: 'done', key, seconds: (performance.now() - running.since) / 1000 });
      this.#pausing.add(key);
      setTimeout(() => this.#unpause(key), this.#options.pause);
      this.#next();
    }
  }

  async #outside<T>(key: string, running: Running, wait: () => Promise<T>): Promise<T> {
    this.#releaseSlot(running);
    this.#next();
    try {
      return await wait();
    } finally {
      const slot = new Promise<Slot>(resolve => this.#returning.set(key, resolve));
      this.#next();
      this.#occupy(running, await slot);
    }
  }

  #occupy(running: Running, slot: Slot): void {
    running.slot = slot;
    running.timer = setTimeout(() => this.#next(), this.#options.slowAfter + TIMER_TOLERANCE_MS).unref();
  }

  #releaseSlot(running: Running): void {
    clearTimeout(running.timer);
    if (running.slot === undefined) return;
    running.isSlow ||= this.#slots.isOverdue(running.slot);
    this.#slots.release(running.slot);
    running.slot = undefined;
  }

  #reportError(key: string, error: unknown): number | undefined {
    try {
      return this.#options.onError(key, error);
    } catch {
      // A failing error handler must not affect other keys.
      return undefined;
    }
  }

  #unpause(key: string): void {
    this.#pausing.delete(key);
    this.#next();
  }

  /** With jitter of up to half the delay, so that simultaneous failures are not retried simultaneously. */
  #backoff(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const wait = Math.min(this.#options.firstRetry * 2 ** failures, this.#options.lastRetry);
    return wait * (0.5 + Math.random() / 2);
  }

  #cancel(key: string): void {
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
  }
}
