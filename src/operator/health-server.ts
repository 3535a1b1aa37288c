import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { oneAtATime, limitConnections } from './webhooks/connection-limit';
import { RateLimit } from './webhooks/rate-limit';
import { safeErrorMessage } from '../runtime/safe-error-message';
import type { Logger } from '../runtime/logger';

/** What the kubelet and a Prometheus ask. */
export interface HealthAnswers {
  /** Why the process should be started anew; empty while it is well. */
  readonly unhealthy: () => readonly string[];
  /** Why it should not be sent requests; empty while it should. */
  readonly unready: () => readonly string[];
  readonly metrics: { readonly text: () => Promise<string>; readonly type: string };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const TEXT = 'text/plain; charset=utf-8';
const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);

/** Milliseconds for the headers of a request and for a whole one: nobody asks for more than a line. */
const REQUEST_TIMEOUT = 5_000;

/** Connections at a time, of the kubelet and of what reads metrics; and requests of one connection. */
const MAX_CONNECTIONS = 64;
const MAX_REQUESTS = 100;

/** Requests of one address in a second: the kubelet asks once in two seconds, a Prometheus much less often. */
const MAX_RATE = 50;

/** Milliseconds for which the metrics are what they were: many may ask. */
const METRICS_AGE = 1_000;

/**
 * Serves /healthz and /readyz over HTTP: 200 and `ok`, or 503 and the reasons, a line each; and /metrics. Whoever reaches the port may send what they like:
 * what is no request for one of these is answered with 400, 404 or 405, and an answer that fails with 500.
 *
 * @param rate how often one address may ask; the default suits all but tests
 * @throws Error where the port is taken
 */
export async function serveHealth(
  port: number,
  answers: HealthAnswers,
  log: Logger,
  rate: Pick<RateLimit, 'take' | 'allows'> = new RateLimit(MAX_RATE),
): Promise<Server> {
  const limits = {
    headersTimeout: REQUEST_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: 1_000,
  };
  const served = { ...answers, metrics: { ...answers.metrics, text: briefly(answers.metrics.text) } };
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
          log.warn({ error: safeErrorMessage(error) }, 'failed to answer a request to the health port');
          send(response, { status: 500, text: 'internal error\n' });
        },
      );
    }),
  );
  server.maxRequestsPerSocket = MAX_REQUESTS;
  server.timeout = REQUEST_TIMEOUT;
  limitConnections(server, MAX_CONNECTIONS, {
    onOpen: socket => {
      if (!rate.allows(socket.remoteAddress ?? '')) socket.destroy();
    },
  });
  server.listen(port);
  await once(server, 'listening');
  return server;
}

/** Makes the text at most once in that time. */
function briefly(make: () => Promise<string>): () => Promise<string> {
  let made: { readonly at: number; readonly text: Promise<string> } | undefined;
  return async () => {
    const now = performance.now();
    if (made === undefined || now - made.at > METRICS_AGE) made = { at: now, text: make() };
    return made.text;
  };
}

async function answer({ url = '', method }: IncomingMessage, answers: HealthAnswers): Promise<Answer> {
  const path = pathOf(url);
  if (path === undefined) return { status: 400, text: 'bad request\n' };
  if (!METHODS.has(method)) return { status: 405, text: 'method not allowed\n' };
  if (path === '/healthz') return reasons(answers.unhealthy());
  if (path === '/readyz') return reasons(answers.unready());
  if (path === '/metrics') return { status: 200, text: await answers.metrics.text(), type: answers.metrics.type };
  return { status: 404, text: 'not found\n' };
}

/**
 * The path of a request target: as it stands where it begins with one, for to a parser of URLs `//` is a host. Undefined where the target has none.
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
