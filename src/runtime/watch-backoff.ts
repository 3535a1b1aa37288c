/** Delay in milliseconds before the first retry, doubled for each further one; similar to client-go's reflectors. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 10_000;
/** Minimum lifetime in milliseconds of a watch whose end is not a failure. */
const STABLE_MS = 5_000;

/** The delay before a watch is restarted. A regular end shortly after the start counts as a failure, too. */
export class WatchBackoff {
  #failures = 0;

  /** @param expected regular lifetime of a watch in milliseconds; less than {@link STABLE_MS} only in tests */
  constructor(
    private readonly expected: number,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * A list or a watch has ended.
   *
   * @param lifetime lifetime of the watch in milliseconds; 0 if it was not started
   * @param failed whether it ended with an error
   * @returns delay in milliseconds before the next attempt
   */
  ended(lifetime: number, failed: boolean): number {
    const isStable = lifetime >= Math.min(STABLE_MS, this.expected / 2);
    if (isStable) this.#failures = 0;
    if (isStable && !failed) return 0;
    // With jitter of up to half the delay, so that watches that failed together do not restart together.
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, MAX_RETRY_MS) * (0.5 + this.random() / 2);
    this.#failures += 1;
    return wait;
  }
}
