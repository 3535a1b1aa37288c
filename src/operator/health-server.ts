import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { oneAtATime, limitConnections } from './webhooks/connection-limit';
import { RateLimit } from './webhooks/rate-limit';
import { safeErrorMessage } from '../runtime/safe-error-message';
import type { Logger } from '../runtime/logger';

/** Responses of the health port, for the kubelet and Prometheus. */
export interface HealthAnswers {
  /** Why the process should be restarted; empty while it is healthy. */
  readonly livenessFailures: () => readonly string[];
  /** Why the process should receive no requests; empty while it is ready. */
  readonly readinessFailures: () => readonly string[];
  readonly metrics: { readonly text: () => Promise<string>; readonly type: string };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const TEXT = 'text/plain; charset=utf-8';
const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);

/** Timeout in milliseconds for the headers of a request and for the whole request, which has no body. */
const REQUEST_TIMEOUT_MS = 5_000;

/** Maximum number of concurrent connections, and of requests per connection. */
const MAX_CONNECTIONS = 64;
const MAX_REQUESTS = 100;

/** Maximum requests per second and address: the kubelet probes every two seconds, Prometheus scrapes less often. */
const MAX_RATE = 50;

/** How long rendered metrics are cached, in milliseconds. */
const METRICS_CACHE_MS = 1_000;

/**
 * Serves /healthz and /readyz over HTTP (200 and `ok`, or 503 and one reason per line) and /metrics. Clients are
 * untrusted: other requests get 400, 404 or 405, and an internal error 500.
 *
 * @param rate limits the requests per address; replaced in tests
 * @throws Error if the port is in use
 */
export async function serveHealth(
  port: number,
  answers: HealthAnswers,
  log: Logger,
  rate: Pick<RateLimit, 'take' | 'allows'> = new RateLimit(MAX_RATE),
): Promise<Server> {
  const limits = {
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
  };
  const served = { ...answers, metrics: { ...answers.metrics, text: cached(answers.metrics.text) } };
  const server = createServer(
    limits,
    oneAtATime((request, response) => {
      if (!rate.take(request.socket.remoteAddress ?? '')) {
        request.socket.destroy();
        return;
      }
      answer(request, served).then(
        found => send(response, found),
        (error: unknown) => {
          log.warn({ error: safeErrorMessage(error) }, 'Failed to serve a request to the health port');
          send(response, { status: 500, text: 'internal error\n' });
        },
      );
    }),
  );
  server.maxRequestsPerSocket = MAX_REQUESTS;
  server.timeout = REQUEST_TIMEOUT_MS;
  limitConnections(server, MAX_CONNECTIONS, {
    onOpen: socket => {
      if (!rate.allows(socket.remoteAddress ?? '')) socket.destroy();
    },
  });
  server.listen(port);
  await once(server, 'listening');
  return server;
}

/** Caches the text for {@link METRICS_CACHE_MS}. */
function cached(make: () => Promise<string>): () => Promise<string> {
  let made: { readonly at: number; readonly text: Promise<string> } | undefined;
  return async () => {
    const now = performance.now();
    if (made === undefined || now - made.at > METRICS_CACHE_MS) made = { at: now, text: make() };
    return made.text;
  };
}

async function answer({ url = '', method }: IncomingMessage, answers: HealthAnswers): Promise<Answer> {
  const path = pathOf(url);
  if (path === undefined) return { status: 400, text: 'bad request\n' };
  if (!METHODS.has(method)) return { status: 405, text: 'method not allowed\n' };
  if (path === '/healthz') return reasons(answers.livenessFailures());
  if (path === '/readyz') return reasons(answers.readinessFailures());
  if (path === '/metrics') return { status: 200, text: await answers.metrics.text(), type: answers.metrics.type };
  return { status: 404, text: 'not found\n' };
}

/**
 * The path of a request target; undefined if it has none. A target that begins with a slash is not parsed as a URL,
 * where `//` would begin a host.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
function pathOf(target: string): string | undefined {
  if (target.startsWith('/')) return target.split(/[?#]/, 1)[0];
  return /^https?:\/\//i.test(target) && URL.canParse(target) ? new URL(target).pathname : undefined;
}

function reasons(found: readonly string[]): Answer {
  return { status: found.length === 0 ? 200 : 503, text: `${found.length === 0 ? 'ok' : found.join('\n')}\n` };
}

function send(response: ServerResponse, { status, text, type = TEXT }: Answer): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
