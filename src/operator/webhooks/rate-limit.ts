/**
 * Limits the requests per second and address. Requests above the limit are rejected before they cost more than a
 * connection, so that a flood cannot exhaust the process.
 */
export class RateLimit {
  readonly #counts = new Map<string, number>();
  #since = 0;

  /** @param limit requests per second and address */
  constructor(
    private readonly limit: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Counts a request. @returns whether it is within the limit */
  take(address: string): boolean {
    this.#renew();
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count <= this.limit;
  }

  /** Whether the next request of the address would be within the limit. */
  allows(address: string): boolean {
    this.#renew();
    return (this.#counts.get(address) ?? 0) < this.limit;
  }

  #renew(): void {
    const now = this.clock();
    if (now - this.#since < SECOND) return;
    this.#since = now;
    this.#counts.clear();
  }
}

const SECOND = 1_000;
