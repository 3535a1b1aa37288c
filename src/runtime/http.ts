import { Agent, request, type Dispatcher } from 'undici';
import { hasMoreValues } from '../json/json-values';
import { ByteBudget, type ByteBudgetOptions, type Line } from './byte-budget';

/** A response: the status code, and the result of `take` for the body, which is parsed if it is JSON. */
export interface HttpResponse {
  readonly status: number;
  readonly body: unknown;
  /** Length of the body in characters. */
  readonly size: number;
  /** Retry-After in seconds. */
  readonly retryAfter: number | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Large responses are read fairly between tenants. */
  readonly tenant?: string;
  /**
   * Reduces the body to what is kept; the rest is released before the next large response is read. Default: all of it.
   */
  readonly take?: (body: unknown, status: number) => unknown;
  /** Maximum bytes of the body, if less than the client's limit. */
  readonly maxBytes?: number;
}

export interface HttpClientOptions extends Agent.Options, ByteBudgetOptions {
  /** Timeout in milliseconds for each of connecting, the first byte and the next bytes of the body. */
  readonly timeout: number;
  /** Timeout in milliseconds for a complete response; undefined for none. */
  readonly whole?: number;
  /**
   * Maximum number of JSON values in a response: an empty object of three bytes takes twenty times that when parsed.
   */
  readonly maxValues?: number;
  /** Buffered bytes of a response stream. */
  readonly highWaterMark?: number;
}

/** An error response instead of a stream. */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';

  constructor(
    readonly status: number,
    text: string,
  ) {
    super(`status ${status}: ${text}`);
  }
}

/**
 * An HTTP client with a shared connection pool. The Kubernetes clients for Node.js open a connection per request and
 * leak it.
 */
export class HttpClient {
  #agent: Agent;
  /** Streams have separate connections; they would exhaust the pool of requests. */
  readonly #streams: Agent;
  readonly #timeout: number;
  readonly #whole: number | undefined;
  readonly #options: Agent.Options;

  readonly #budget: ByteBudget;
  readonly #maxValues: number;
  readonly #highWaterMark: number | undefined;

  constructor({
    timeout,
    whole,
    maxBytes,
    freeBytes,
    large,
    maxValues = Infinity,
    highWaterMark,
    ...options
  }: HttpClientOptions) {
    this.#timeout = timeout;
    this.#whole = whole;
    this.#budget = new ByteBudget({ maxBytes, freeBytes, large });
    this.#maxValues = maxValues;
    this.#highWaterMark = highWaterMark;
    const connect = { timeout, ...options.connect };
    this.#options = { ...options, connect };
    this.#agent = new Agent(this.#options);
    this.#streams = new Agent({ connect });
  }

  /**
   * @param signal aborts the request
   * @throws Error without a complete response in time; TooLargeError
   */
  async send(
    url: URL,
    { tenant = '', take = body => body, maxBytes, ...init }: HttpRequest,
    signal?: AbortSignal,
  ): Promise<HttpResponse> {
    const limit = this.#whole === undefined ? [] : [AbortSignal.timeout(this.#whole)];
    const signals = signal === undefined ? limit : [signal, ...limit];
    const response = await request(url, {
      ...init,
      dispatcher: this.#agent,
      headersTimeout: this.#timeout,
      bodyTimeout: this.#timeout,
      ...(this.#highWaterMark === undefined ? {} : { highWaterMark: this.#highWaterMark }),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    const status = response.statusCode;
    const read = (text: string): Pick<HttpResponse, 'body' | 'size'> => ({
      body: take(this.#parse(text), status),
      size: text.length,
    });
    const answer = await this.#budget.read(response.body, tenant, read, maxBytes);
    return { ...answer, status, retryAfter: retryAfter(response) };
  }

  /**
   * The lines of a streamed response.
   *
   * @param idleTimeout milliseconds without a byte after which the connection counts as dead
   * @throws HttpStatusError for an error response, Error if the connection breaks
   */
  async *lines(url: URL, headers: Record<string, string>, idleTimeout: number): AsyncGenerator<Line> {
    const limits = { headersTimeout: this.#timeout, bodyTimeout: idleTimeout };
    const response = await request(url, { method: 'GET', headers, dispatcher: this.#streams, ...limits });
    const { statusCode, body } = response;
    if (statusCode >= 300) throw new HttpStatusError(statusCode, await this.#budget.read(body, '', text => text));
    // If the consumer stops early, the stream may emit an error, which would end the process without a listener.
    body.on('error', () => undefined);
    try {
      yield* this.#budget.lines(body);
    } finally {
      body.destroy();
    }
  }

  #parse(text: string): unknown {
    if (this.#maxValues !== Infinity && hasMoreValues(text, this.#maxValues))
      throw new Error(`the response has more than ${this.#maxValues} values`);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }

  /** Aborts all in-flight requests. Later ones use new connections; streams are not affected. */
  abort(): void {
    this.#agent.destroy(new Error('request aborted')).catch(() => undefined);
    this.#agent = new Agent(this.#options);
  }

  /** Closes the connections after in-flight requests have completed. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.close(), this.#streams.destroy()]);
  }
}

function retryAfter({ headers }: Dispatcher.ResponseData): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) ? seconds : undefined;
}
