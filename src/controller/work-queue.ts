/** What to do with a key after its work: milliseconds until it is due again, or undefined to wait for an event. */
export type Work = (key: string) => Promise<number | undefined>;

export interface WorkQueueOptions {
  /** How many keys are worked on at a time. */
  readonly concurrency: number;
  /** Milliseconds before the first retry of failed work; each further one waits twice as long. */
  readonly firstRetry: number;
  /** The longest wait before a retry, in milliseconds. */
  readonly lastRetry: number;
  /** Milliseconds between two works of one key: events that come in a row are one. */
  readonly pause: number;
  /** Told of each failure. */
  readonly onError: (key: string, error: unknown) => void;
}

/**
 * Keys to be worked on, first come, first served. A key is never worked on twice at once: what is added meanwhile is done
 * once more afterwards. Failed work is retried with exponential backoff and jitter; an event does not wait for that.
 */
export class WorkQueue {
  readonly #work: Work;
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  /** The keys that are worked on, and since when. */
  readonly #running = new Map<string, number>();
  /** Keys that were worked on a moment ago. */
  readonly #pausing = new Set<string>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  readonly #failures = new Map<string, number>();
  #stopped = false;

  constructor(work: Work, options: WorkQueueOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** Has the key worked on as soon as there is room, and its pause is over. */
  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    this.#next();
  }

  /** Has the key worked on after so many milliseconds, unless that happens sooner anyway. */
  addAfter(key: string, delay: number): void {
    const due = Date.now() + delay;
    const planned = this.#timers.get(key);
    if (this.#stopped || (planned !== undefined && planned.due <= due)) return;
    this.#cancel(key);
    this.#timers.set(key, { due, timer: setTimeout(() => this.add(key), delay) });
  }

  /** How many keys wait to be worked on, and how many are. Those that wait for their time are not due. */
  depth(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.size, running: this.#running.size };
  }

  /** The keys that have been worked on for so many milliseconds. */
  stuckFor(milliseconds: number): string[] {
    return [...this.#running.keys()].filter(key => this.#age(key) >= milliseconds);
  }

  /** Takes nothing new; what is being worked on ends by itself. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const key of [...this.#timers.keys()]) this.#cancel(key);
  }

  #next(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(key) || this.#pausing.has(key)) continue;
      this.#waiting.delete(key);
      this.#cancel(key);
      this.#running.set(key, performance.now());
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      const delay = await this.#work(key);
      this.#failures.delete(key);
      if (delay !== undefined) this.addAfter(key, delay);
    } catch (error) {
      this.#options.onError(key, error);
      this.addAfter(key, this.#backoff(key));
    } finally {
      this.#running.delete(key);
      this.#pausing.add(key);
      setTimeout(() => this.#goOn(key), this.#options.pause);
      this.#next();
    }
  }

  #age(key: string): number {
    return performance.now() - (this.#running.get(key) ?? 0);
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
