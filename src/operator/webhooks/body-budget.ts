import { ofBusiestAddress, type Held } from './busiest-address';

/** A request whose body is held in memory. */
export interface HeldBody extends Held {
  /** Bytes. */
  size: number;
  /** Gives the body up, to make room for others. */
  readonly evict: () => void;
}

/**
 * Bounds the bytes of all bodies that are held at a time. Where there is no room, the largest body of the address that holds most is given up: nobody can keep
 * the room from others.
 */
export class BodyBudget {
  readonly #held = new Set<HeldBody>();
  #size = 0;

  /** @param limit bytes */
  constructor(private readonly limit: number) {}

  /** Counts more bytes of a body, which may cost another body its place, or this one. */
  grow(body: HeldBody, bytes: number): void {
    this.#held.add(body);
    body.size += bytes;
    this.#size += bytes;
    while (this.#size > this.limit) {
      const victim = this.#largest();
      if (victim === undefined) return;
      this.release(victim);
      victim.evict();
    }
  }

  /** The body is not held any more. */
  release(body: HeldBody): void {
    if (this.#held.delete(body)) this.#size -= body.size;
  }

  #largest(): HeldBody | undefined {
    const held = ofBusiestAddress(this.#held, ({ size }) => size);
    return held.length === 0 ? undefined : held.reduce((most, each) => (each.size > most.size ? each : most));
  }
}
