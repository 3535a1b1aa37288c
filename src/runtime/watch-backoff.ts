/** Milliseconds before the first new attempt; each further one waits twice as long. client-go's reflectors wait about as long. */
const FIRST = 1_000;
const LONGEST = 10_000;
/** Milliseconds that a watch has to live before its end is no failure. */
const STABLE = 5_000;

/** How long to wait before a watch is begun again, whatever way the last one ended: an end that comes at once is a failure too. */
export class WatchBackoff {
  #failures = 0;

  /** @param expected milliseconds that a watch lives when all is well; less than {@link STABLE} only for those that are short on purpose */
  constructor(
    private readonly expected: number,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * A list or a watch has ended.
   *
   * @param lived milliseconds that the watch lived; 0 where it was never begun
   * @param failed whether it ended by an error; else the API server has ended it as it was asked to
   * @returns milliseconds to wait before the next attempt
   */
  ended(lived: number, failed: boolean): number {
    const isStable = lived >= Math.min(STABLE, this.expected / 2);
    if (isStable) this.#failures = 0;
    if (isStable && !failed) return 0;
    // Between half and the whole of the wait, so that what broke together is not begun again together.
    const wait = Math.min(FIRST * 2 ** this.#failures, LONGEST) * (0.5 + this.random() / 2);
    this.#failures += 1;
    return wait;
  }
}
