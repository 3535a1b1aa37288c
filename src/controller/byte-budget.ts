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
    const pieces: Buffer[] = [];
    let size = 0;
    let release: (() => void) | undefined;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        pieces.push(chunk);
        if (size > maxBytes) throw new TooLargeError(maxBytes, headOf(pieces).toString());
        if (size > this.#freeBytes) release ??= await this.#large.acquire(tenant);
      }
      return take(Buffer.concat(pieces, size).toString());
    } finally {
      release?.();
    }
  }

  /** The lines of a body as they come; each counts until the next is asked for. */
  async *lines(body: Readable): AsyncGenerator<Line> {
    let pieces: Buffer[] = [];
    let size = 0;
    let release: (() => void) | undefined;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        let from = 0;
        for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
          const isCut = size + end - from > this.#maxBytes;
          pieces.push(chunk.subarray(from, end));
          yield { text: (isCut ? headOf(pieces) : Buffer.concat(pieces)).toString(), isCut };
          [pieces, size, from] = [[], 0, end + 1];
          release?.();
          release = undefined;
        }
        size += chunk.length - from;
        pieces.push(chunk.subarray(from));
        if (size > this.#maxBytes) pieces = [headOf(pieces)];
        else if (size > this.#freeBytes) release ??= await this.#large.acquire('');
      }
      if (size > 0) yield { text: Buffer.concat(pieces).toString(), isCut: size > this.#maxBytes };
    } finally {
      release?.();
    }
  }
}

/** A copy: what it was a part of is let go. */
function headOf(pieces: readonly Buffer[]): Buffer {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return Buffer.concat(pieces, Math.min(size, HEAD_BYTES));
}
