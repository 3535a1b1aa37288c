/** Runs work a few at a time, round-robin over the keys: whoever adds much waits behind their own work, not others behind it. */
export class FairQueue {
  readonly #waiting = new Map<string, (() => Promise<void>)[]>();
  #running = 0;

  /** @param limit how many run at a time */
  constructor(private readonly limit: number) {}

  /** Runs `work` when it is the key's turn; how it ends is its own business. */
  add(key: string, work: () => Promise<void>): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [work]);
    else waiting.push(work);
    this.#runNext();
  }

  #runNext(): void {
    while (this.#running < this.limit) {
      const work = this.#take();
      if (work === undefined) return;
      this.#running += 1;
      const next = (): void => {
        this.#running -= 1;
        this.#runNext();
      };
      work().then(next, next);
    }
  }

  #take(): (() => Promise<void>) | undefined {
    for (const [key, waiting] of this.#waiting) {
      const work = waiting.shift();
      // The key goes behind all others.
      this.#waiting.delete(key);
      if (waiting.length > 0) this.#waiting.set(key, waiting);
      return work;
    }
    return undefined;
  }
}
