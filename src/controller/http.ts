import { createInterface } from 'node:readline';
import { Agent, request, type Dispatcher } from 'undici';

/** What came back: the status code and the body, parsed as JSON where it is JSON. */
export interface HttpResponse {
  readonly status: number;
  readonly body: unknown;
  /** Seconds that the server asks to wait, from Retry-After. */
  readonly retryAfter: number | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Record<string, string>;
  readonly body?: string;
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

  /**
   * @param timeout in milliseconds, for each of connecting, the first byte and the next bytes of the body
   * @param whole in milliseconds, for a whole response, however steadily it comes; undefined sets no limit
   */
  constructor({ timeout, whole, ...options }: Agent.Options & { timeout: number; whole?: number }) {
    this.#timeout = timeout;
    this.#whole = whole;
    const connect = { timeout, ...options.connect };
    this.#options = { ...options, connect };
    this.#agent = new Agent(this.#options);
    this.#streams = new Agent({ connect });
  }

  /**
   * @param signal breaks the request off
   * @throws Error where no whole response came in time
   */
  async send(url: URL, init: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const limit = this.#whole === undefined ? [] : [AbortSignal.timeout(this.#whole)];
    const signals = signal === undefined ? limit : [signal, ...limit];
    const response = await request(url, {
      ...init,
      dispatcher: this.#agent,
      headersTimeout: this.#timeout,
      bodyTimeout: this.#timeout,
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    return { status: response.statusCode, body: parse(await response.body.text()), retryAfter: retryAfter(response) };
  }

  /**
   * The lines of a response that goes on, as they come.
   *
   * @param silence milliseconds without a byte after which the connection counts as dead
   * @throws HttpStatusError where the server refuses it, Error where the connection breaks
   */
  async *lines(url: URL, headers: Record<string, string>, silence: number): AsyncGenerator<string> {
    const limits = { headersTimeout: this.#timeout, bodyTimeout: silence };
    const response = await request(url, { method: 'GET', headers, dispatcher: this.#streams, ...limits });
    if (response.statusCode >= 300) throw new HttpStatusError(response.statusCode, await response.body.text());
    const lines = createInterface({ input: response.body, crlfDelay: Infinity });
    // A reader that goes on gets an error by its loop. One that stops before the end gets none, and an error that nobody listens to ends the process:
    // from node 22 on the interface passes on those of its input, the abort below included.
    for (const stream of [lines, response.body]) stream.on('error', () => undefined);
    try {
      yield* lines;
    } finally {
      response.body.destroy();
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function retryAfter({ headers }: Dispatcher.ResponseData): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) ? seconds : undefined;
}
