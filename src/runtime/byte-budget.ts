import { ExpectedError } from './expected-error';
import type { Readable } from 'node:stream';
import { FairLimit } from './fair-limit';

/** A response exceeded the size limit; `head` has its beginning. */
export class TooLargeError extends ExpectedError {
  override readonly name = 'TooLargeError';

  constructor(
    readonly maxBytes: number,
    readonly head: string,
  ) {
    super(`the response has more than ${maxBytes} bytes`);
  }
}

/** A line of a streamed response; an oversized line is skipped and only its beginning kept. */
export interface Line {
  readonly text: string;
  readonly isCut: boolean;
}

export interface ByteBudgetOptions {
  /** Maximum bytes of a response, or of a line of a streamed response. */
  readonly maxBytes: number;
  /** Bytes of each response that are always read; most responses are smaller. */
  readonly freeBytes: number;
  /** Maximum number of responses read beyond `freeBytes` concurrently; others wait. */
  readonly large: number;
}

/** Bytes kept of an oversized response, to identify it. */
const HEAD_BYTES = 4 * 1024;
const NEWLINE = 0x0a;

/**
 * Bounds the memory of responses: `freeBytes` for each response, and `large` times `maxBytes` in total. A response
 * counts until `take` has returned.
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
   * @param tenant large responses are read fairly between tenants
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

  /** The lines of a streamed body; each counts until the next one is requested. */
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

/** Collects the first bytes of a text in one buffer: a list of chunks could have an object per byte. */
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
