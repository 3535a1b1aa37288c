import { ofBusiestAddress, type Held } from './busiest-address';

/** A request body buffered in memory. */
export interface HeldBody extends Held {
  /** Bytes. */
  size: number;
  /** Drops the body to free memory. */
  readonly evict: () => void;
}

/**
 * Limits the total size of buffered bodies. Above the limit, the largest body of the address with the most bytes is
 * evicted, so that no client can block others.
 */
export class BodyBudget {
  readonly #held = new Set<HeldBody>();
  #size = 0;

  /** @param limit bytes */
  constructor(private readonly limit: number) {}

  /** Adds bytes to a body, which may evict another body or this one. */
  grow(body: HeldBody, bytes: number): void {
    this.#held.add(body);
    body.size += bytes;
    this.#size += bytes;
    while (this.#size > this.limit) {
      const candidate = this.#largest();
      if (candidate === undefined) return;
      this.release(candidate);
      candidate.evict();
    }
  }

  /** The body is no longer buffered. */
  release(body: HeldBody): void {
    if (!this.#held.delete(body)) return;
    this.#size -= body.size;
    // What arrives for it afterwards is counted by itself.
    body.size = 0;
  }

  #largest(): HeldBody | undefined {
    const held = ofBusiestAddress(this.#held, ({ size }) => size);
    return held.length === 0 ? undefined : held.reduce((most, each) => (each.size > most.size ? each : most));
  }
}
