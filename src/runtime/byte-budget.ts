import type { Readable } from 'node:stream';
import { FairLimit } from './fair-limit';

/** What a response has begun with, where there is more of it than may be read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';

  constructor(
    readonly maxBytes: number,
    readonly head: string,
  ) {
    super(`the response has more than ${maxBytes} bytes`);
  }
}

/** A line of a response that goes on; one that is too long is read over, and only its beginning is there. */
export interface Line {
  readonly text: string;
  readonly isCut: boolean;
}

export interface ByteBudgetOptions {
  /** The most bytes of one response, or of one line of a response that goes on. */
  readonly maxBytes: number;
  /** Bytes of each that are read in any case: most have fewer. */
  readonly freeBytes: number;
  /** How many may be read beyond that at a time: the others are not read on until one of them has been taken. */
  readonly large: number;
}

/** Bytes of a response that is too large which are kept, to know it by. */
const HEAD_BYTES = 4 * 1024;
const NEWLINE = 0x0a;

/**
 * Bounds what responses take of memory, each and in sum: `freeBytes` for each that is under way, and `large` times `maxBytes`. A response counts until `take`
 * has made of it what is kept.
 */
export class ByteBudget {
  readonly #large: FairLimit;
  readonly #maxBytes: number;
  readonly #freeBytes: number;

  constructor({ maxBytes, freeBytes, large }: ByteBudgetOptions) {
    this.#maxBytes = maxBytes;
    this.#freeBytes = freeBytes;
    this.#large = new FairLimit(large);
  }

  /**
   * Reads a body.
   *
   * @param tenant whose it is: large ones of one do not keep those of others waiting for longer than need be
   * @throws TooLargeError
   */
  async read<T>(body: Readable, tenant: string, take: (text: string) => T, maxBytes = this.#maxBytes): Promise<T> {
    const text = new Gathering(maxBytes);
    let release: (() => void) | undefined;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        text.add(chunk);
        if (text.isCut) throw new TooLargeError(maxBytes, text.head());
        if (text.size > this.#freeBytes) release ??= await this.#large.acquire(tenant);
      }
      return take(text.toString());
    } finally {
      release?.();
    }
  }

  /** The lines of a body as they come; each counts until the next is asked for. */
  async *lines(body: Readable): AsyncGenerator<Line> {
    let line = new Gathering(this.#maxBytes);
    let release: (() => void) | undefined;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        let from = 0;
        for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
          line.add(chunk.subarray(from, end));
          yield line.toLine();
          [line, from] = [new Gathering(this.#maxBytes), end + 1];
          release?.();
          release = undefined;
        }
        line.add(chunk.subarray(from));
        if (line.size > this.#freeBytes) release ??= await this.#large.acquire('');
      }
      if (line.size > 0) yield line.toLine();
    } finally {
      release?.();
    }
  }
}

/** The first bytes of a text, in one piece: whoever sends one at a time could otherwise have an object held for each. */
class Gathering {
  #bytes = Buffer.alloc(0);
  size = 0;
  /** Whether there was more. */
  isCut = false;

  constructor(private readonly max: number) {}

  add(chunk: Buffer): void {
    const size = Math.min(this.size + chunk.length, this.max);
    this.isCut ||= size < this.size + chunk.length;
    if (size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.size));
      this.#bytes.copy(larger, 0, 0, this.size);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.size, 0, size - this.size);
    this.size = size;
  }

  head(): string {
    return this.#bytes.toString('utf8', 0, Math.min(this.size, HEAD_BYTES));
  }

  toString(): string {
    return this.#bytes.toString('utf8', 0, this.size);
  }

  toLine(): Line {
    return { text: this.isCut ? this.head() : this.toString(), isCut: this.isCut };
  }
}
