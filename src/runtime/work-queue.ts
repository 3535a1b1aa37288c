import { recordWorkQueue } from './telemetry';
import { FairSlots, type FairSlotsOptions, type Slot } from './fair-slots';

/** Waits for something without a slot, so that others can be worked on meanwhile; goes on when there is one again. */
export type Outside = <T>(wait: () => Promise<T>) => Promise<T>;

/** What to do with a key after its work: milliseconds until it is due again, or undefined to wait for an event. */
export type Work = (key: string, outside: Outside) => Promise<number | undefined>;

export interface WorkQueueOptions extends FairSlotsOptions {
  /** Whose work a key is: tenants have their turns one after the other, however many keys each has. */
  readonly tenantOf: (key: string) => string;
  /** Milliseconds before the first retry of failed work; each further one waits twice as long. */
  readonly firstRetry: number;
  /** The longest wait before a retry, in milliseconds. */
  readonly lastRetry: number;
  /** Milliseconds between two works of one key: events that come in a row are one. */
  readonly pause: number;
  /**
   * Told of each failure.
   *
   * @returns milliseconds to wait at least before the retry; undefined leaves it to the backoff
   */
  readonly onError: (key: string, error: unknown) => number | undefined;
}

/** Milliseconds: a timer may be a little early by the clock that ages are measured with. */
const LATE = 10;

/** A key that is worked on. */
interface Running {
  readonly since: number;
  /** Undefined while it waits outside. */
  slot: Slot | undefined;
  /** Until it counts as slow. */
  timer: NodeJS.Timeout | undefined;
  /** Whether it has held a slot for long. */
  isSlow: boolean;
}

/**
 * Keys to be worked on: of the tenants that have the fewest under way, first come, first served. A key is never worked
 * on twice at once: what is added meanwhile is done once more afterwards. Failed work is retried with exponential
 * backoff and jitter; an event does not wait for that. What is slow or fails has a bounded share of the slots.
 */
export class WorkQueue {
  readonly #work: Work;
  readonly #options: WorkQueueOptions;
  readonly #slots: FairSlots;
  /** Queued keys, and when each was added. */
  readonly #waiting = new Map<string, number>();
  readonly #running = new Map<string, Running>();
  /** Those that have waited for something outside, and go on when there is a slot. */
  readonly #returning = new Map<string, (slot: Slot) => void>();
  /** Keys that were worked on a moment ago. */
  readonly #pausing = new Set<string>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  readonly #failures = new Map<string, number>();
  /** Keys whose last work was slow. */
  readonly #slow = new Set<string>();
  #stopped = false;

  constructor(work: Work, options: WorkQueueOptions) {
    this.#work = work;
    this.#options = options;
    this.#slots = new FairSlots(options);
    recordWorkQueue({ kind: 'created', workers: options.slots + options.slowSlots });
  }

  /** Has the key worked on as soon as there is room, and its pause is over. */
  add(key: string): void {
    if (this.#stopped) return;
    if (!this.#waiting.has(key)) {
      this.#waiting.set(key, performance.now());
      recordWorkQueue({ kind: 'added', key });
    }
    this.#next();
  }

  /** Has the key worked on after so many milliseconds, unless that happens sooner anyway. */
  addAfter(key: string, delay: number): void {
    const due = Date.now() + delay;
    const planned = this.#timers.get(key);
    if (this.#stopped || (planned !== undefined && planned.due <= due)) return;
    this.#cancel(key);
    recordWorkQueue({ kind: 'retried', key });
    this.#timers.set(key, { due, timer: setTimeout(() => this.add(key), delay) });
  }

  /** How many keys wait to be worked on, and how many are. Those that wait for their time are not due. */
  depth(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.size, running: this.#running.size };
  }

  /** The keys that have been worked on for so many milliseconds. */
  stuckFor(milliseconds: number): string[] {
    const now = performance.now();
    return [...this.#running].filter(([, { since }]) => now - since >= milliseconds).map(([key]) => key);
  }

  /** Takes nothing new; what is being worked on ends by itself. */
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
      const goOn = this.#returning.get(found.key);
      this.#returning.delete(found.key);
      goOn?.(found.slot);
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

  /** A slot for the first of those keys whose tenants hold the fewest. */
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
    this.#hold(running, slot);
    try {
      const delay = await this.#work(key, async wait => this.#outside(key, running, wait));
      this.#failures.delete(key);
      if (delay !== undefined) this.addAfter(key, delay);
    } catch (error) {
      const backoff = this.#backoff(key);
      this.addAfter(key, Math.max(backoff, Math.min(this.#tell(key, error) ?? 0, this.#options.lastRetry)));
    } finally {
      this.#letGo(running);
      if (running.isSlow) this.#slow.add(key);
      else this.#slow.delete(key);
      this.#running.delete(key);
      recordWorkQueue({ kind: 'done', key, seconds: (performance.now() - running.since) / 1000 });
      this.#pausing.add(key);
      setTimeout(() => this.#goOn(key), this.#options.pause);
      this.#next();
    }
  }

  async #outside<T>(key: string, running: Running, wait: () => Promise<T>): Promise<T> {
    this.#letGo(running);
    this.#next();
    try {
      return await wait();
    } finally {
      const slot = new Promise<Slot>(resolve => this.#returning.set(key, resolve));
      this.#next();
      this.#hold(running, await slot);
    }
  }

  #hold(running: Running, slot: Slot): void {
    running.slot = slot;
    running.timer = setTimeout(() => this.#next(), this.#options.slowAfter + LATE).unref();
  }

  #letGo(running: Running): void {
    clearTimeout(running.timer);
    if (running.slot === undefined) return;
    running.isSlow ||= this.#slots.isOverdue(running.slot);
    this.#slots.release(running.slot);
    running.slot = undefined;
  }

  #tell(key: string, error: unknown): number | undefined {
    try {
      return this.#options.onError(key, error);
    } catch {
      // Whoever is told must not end the work of others.
      return undefined;
    }
  }

  #goOn(key: string): void {
    this.#pausing.delete(key);
    this.#next();
  }

  /** Between half and the whole of the wait, so that what failed together is not retried together. */
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
