import { Agent, request, type Dispatcher } from 'undici';
import { hasMoreValues } from '../json/json-values';
import { ByteBudget, type ByteBudgetOptions, type Line } from './byte-budget';

/** What came back: the status code, and of the body, parsed as JSON where it is JSON, what `take` has made of it. */
export interface HttpResponse {
  readonly status: number;
  readonly body: unknown;
  /** How much it was that came, in characters. */
  readonly size: number;
  /** Seconds that the server asks to wait, from Retry-After. */
  readonly retryAfter: number | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Whose the answer is: large ones of one tenant leave room for those of others. */
  readonly tenant?: string;
  /** What is kept of the answer's body; all of it where that is not said. The rest is let go before the next large answer is read. */
  readonly take?: (body: unknown, status: number) => unknown;
  /** The most bytes of the answer's body, where that is less than the client's own limit. */
  readonly maxBytes?: number;
}

export interface HttpClientOptions extends Agent.Options, ByteBudgetOptions {
  /** In milliseconds, for each of connecting, the first byte and the next bytes of the body. */
  readonly timeout: number;
  /** In milliseconds, for a whole response, however steadily it comes; undefined sets no limit. */
  readonly whole?: number;
  /** The most values of JSON in a response: of three bytes each, an empty object takes twenty times that when it is parsed. */
  readonly maxValues?: number;
  /** Bytes of a response that wait in its stream, however small the pieces are that they came in. */
  readonly highWaterMark?: number;
}

/** A refusal to begin a response that goes on. */
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
 * HTTP with connections that are kept and shared. The clients of Kubernetes for Node open one for each request, and leave
 * it open.
 */
export class HttpClient {
  #agent: Agent;
  /** What goes on and on has connections of its own, or it would take those of the requests one after the other. */
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
   * @param signal breaks the request off
   * @throws Error where no whole response came in time; TooLargeError
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
   * The lines of a response that goes on, as they come.
   *
   * @param silence milliseconds without a byte after which the connection counts as dead
   * @throws HttpStatusError where the server refuses it, Error where the connection breaks
   */
  async *lines(url: URL, headers: Record<string, string>, silence: number): AsyncGenerator<Line> {
    const limits = { headersTimeout: this.#timeout, bodyTimeout: silence };
    const response = await request(url, { method: 'GET', headers, dispatcher: this.#streams, ...limits });
    const { statusCode, body } = response;
    if (statusCode >= 300) throw new HttpStatusError(statusCode, await this.#budget.read(body, '', text => text));
    // A reader that stops before the end gets no error by its loop, and one that nobody listens to ends the process.
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

  /** Breaks off all requests that are under way. Later ones get connections anew; streams go on. */
  abort(): void {
    this.#agent.destroy(new Error('the request was broken off')).catch(() => undefined);
    this.#agent = new Agent(this.#options);
  }

  /** Closes the connections, once what is under way has ended. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.close(), this.#streams.destroy()]);
  }
}

function retryAfter({ headers }: Dispatcher.ResponseData): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) ? seconds : undefined;
}
