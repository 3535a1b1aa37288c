import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { FairLimit } from '../../runtime/fair-limit';
import { recordRejectedRequest, recordWebhook, type RejectedRequest } from '../../runtime/telemetry';
import { hasMoreValues } from '../../json/json-values';
import { isJsonObject } from '../../json/json-object';
import { BodyBudget, type HeldBody } from './body-budget';
import { oneAtATime, limitConnections, type Connection } from './connection-limit';
import type { KeyPair } from '../webhook-certificate/key-pair';

const SECOND = 1_000;
const MIB = 1_048_576;

/**
 * Maximum body size in bytes: a review contains an object and its previous version; the API server accepts requests of
 * 3 MiB, and etcd stores 1.5 MiB.
 *
 * @see https://github.com/kubernetes/apiserver/blob/v0.34.0/pkg/server/config.go, MaxRequestBodyBytes
 * @see https://etcd.io/docs/v3.6/dev-guide/limit/
 */
const MAX_BODY = 5 * MIB;

/** Maximum total size of all buffered bodies in bytes. */
const MAX_BODIES = 32 * MIB;

/**
 * An API server has at most 600 requests in flight by default, few of which write NatsClusters; a connection takes
 * about 60 KiB.
 */
const MAX_CONNECTIONS = 512;

/** Memory overhead of a body chunk in bytes. */
const CHUNK_OVERHEAD = 512;

/** Maximum number of JSON values in a review: a spec of 320 KiB has at most a third of that, and is contained twice. */
const MAX_VALUES = 250_000;

/** Maximum number of requests processed concurrently: the work is CPU-bound on one thread, and each takes memory. */
const MAX_CONCURRENT = 1;

/**
 * Timeouts in milliseconds for the TLS handshake, the headers and the whole request: the API server waits 10 s for a
 * response.
 */
const LIMITS = {
  handshakeTimeout: 5 * SECOND,
  headersTimeout: 5 * SECOND,
  requestTimeout: 8 * SECOND,
  connectionsCheckingInterval: SECOND,
} as const;

/** Timeout of a response in milliseconds: the API server waits no longer. */
const RESPONSE_TIMEOUT_MS = 10 * SECOND;

/** Idle timeout in milliseconds of a connection with an open request. */
const IDLE_TIMEOUT_MS = 10 * SECOND;

export interface WebhookServerOptions {
  /** The paths of the webhooks. */
  readonly paths: ReadonlySet<string>;
  /** CAs in PEM format of clients that may request reviews; undefined to allow all clients. */
  readonly clientCAs: string | undefined;
}

/**
 * The webhook server, with limits: untrusted clients can neither exhaust the process nor block the API server. Reviews
 * are handled by Pepr, whose own server has no limits.
 *
 * Docs: docs/security.md, docs/adr/0019-webhooks-in-a-container-of-their-own.md
 */
export class WebhookServer {
  readonly #options: WebhookServerOptions;
  readonly #server: Server;
  readonly #bySocket = new Map<string, Connection>();
  readonly #bodies = new BodyBudget(MAX_BODIES);
  readonly #answers = new FairLimit(MAX_CONCURRENT);
  #answer: RequestListener = (_request, response) => reject(response, 503, 'starting');

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    for (const webhook of options.paths) recordWebhook({ kind: 'registered', webhook });
    // Clients without a certificate are rejected per review, not per connection: probes need none.
    const requestCert = options.clientCAs !== undefined;
    this.#server = createServer(
      { ...LIMITS, requestCert, rejectUnauthorized: false },
      oneAtATime(
        (request, response) => this.#receive(request, response),
        () => recordRejectedRequest({ reason: 'pipelined' }),
      ),
    );
    this.#server.timeout = IDLE_TIMEOUT_MS;
    limitConnections(this.#server, MAX_CONNECTIONS, {
      onOpen: (socket, connection) => this.#track(socket, connection),
      onLimit: () => recordRejectedRequest({ reason: 'too_many_connections' }),
    });
    // As Node.js does without a listener, but without a response to a request that timed out.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Uses the certificate for new connections; existing ones are kept. */
  use({ certificate, key }: KeyPair): void {
    const { clientCAs } = this.#options;
    this.#server.setSecureContext({
      cert: certificate,
      key,
      ...(clientCAs === undefined ? {} : { ca: clientCAs }),
    });
  }

  /** @throws Error if the port is in use */
  async listen(port: number, answer: RequestListener): Promise<void> {
    this.#answer = answer;
    this.#server.listen(port);
    await once(this.#server, 'listening');
  }

  #track(socket: Socket, connection: Connection): void {
    const id = idOf(socket);
    this.#bySocket.set(id, connection);
    socket.once('close', () => {
      if (this.#bySocket.get(id) === connection) this.#bySocket.delete(id);
    });
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    if (request.method === 'POST' && this.#options.paths.has(path)) observeWebhook(path, response);
    const refusal = this.#rejectionOf(request);
    if (refusal !== undefined) {
      reject(response, refusal.status, refusal.reason);
      return;
    }
    const { socket } = request;
    const body: HeldBody = { address: addressOf(socket), size: 0, evict: () => evict(socket) };
    const chunks: Buffer[] = [];
    response.once('close', () => {
      this.#bodies.release(body);
      // The request may still be queued.
      chunks.length = 0;
    });
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // Even the smallest chunk has a memory overhead.
      this.#bodies.grow(body, chunk.length + CHUNK_OVERHEAD);
    });
    request.once('end', () => {
      this.#answers
        .run(body.address, async () => this.#reply(request, response, chunks))
        .catch(() => response.destroy());
    });
  }

  #rejectionOf(request: IncomingMessage): Rejection | undefined {
    const { method, headers, socket } = request;
    const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
    if (method === 'GET') return hasBody ? { status: 400, reason: 'bad_request' } : undefined;
    if (method !== 'POST' || !this.#options.paths.has(pathOf(request))) return { status: 404, reason: 'not_found' };
    if (this.#options.clientCAs !== undefined && !hasTrustedClientCertificate(socket as TLSSocket))
      return { status: 401, reason: 'unauthorized' };
    const length = headers['content-length'];
    if (length === undefined) return { status: 411, reason: 'length_required' };
    return Number(length) > MAX_BODY ? { status: 413, reason: 'too_large' } : undefined;
  }

  async #reply(request: IncomingMessage, response: ServerResponse, chunks: readonly Buffer[]): Promise<void> {
    if (response.destroyed) return;
    const connection = this.#bySocket.get(idOf(request.socket));
    if (connection !== undefined) connection.isBusy = true;
    const answered = responseOrTimeout(response);
    try {
      const text = textOf(chunks);
      if (hasMoreValues(text, MAX_VALUES)) reject(response, 413, 'too_large');
      else {
        const body = text === '' ? undefined : (JSON.parse(text) as unknown);
        if (body !== undefined && !isReview(body)) reject(response, 400, 'bad_request');
        // Pepr does not parse a body that is already parsed.
        else this.#answer(Object.assign(request, { body }), response);
      }
    } catch {
      reject(response, 400, 'bad_request');
    }
    await answered;
    Object.assign(request, { body: undefined });
    if (connection !== undefined) connection.isBusy = false;
  }
}

/** Records a request from its headers to the end of its response. */
function observeWebhook(webhook: string, response: ServerResponse): void {
  const since = performance.now();
  recordWebhook({ kind: 'started', webhook });
  response.once('close', () => {
    const code = response.headersSent ? String(response.statusCode) : CLIENT_CLOSED_REQUEST;
    recordWebhook({ kind: 'done', webhook, code, seconds: (performance.now() - since) / 1000 });
  });
}

/** The code of requests whose connection was closed before a response, as in nginx. */
const CLIENT_CLOSED_REQUEST = '499';

const pathOf = ({ url }: IncomingMessage): string => url?.split('?', 1)[0] ?? '';

interface Rejection {
  readonly status: number;
  readonly reason: RejectedRequest['reason'];
}

function reject(response: ServerResponse, status: number, reason: RejectedRequest['reason']): void {
  recordRejectedRequest({ reason });
  // Node.js closes the connection without reading the body.
  response.writeHead(status, { connection: 'close' }).end();
}

function evict(socket: Socket): void {
  recordRejectedRequest({ reason: 'no_memory' });
  socket.destroy();
}

/** Maximum length of the name of an object or a namespace; a uid and a kind are shorter. */
const MAX_NAME_LENGTH = 253;

/** Whether the body identifies its object as the API server does: Pepr logs these names. */
function isReview(body: unknown): boolean {
  const { request } = isJsonObject(body) ? body : {};
  if (!isJsonObject(request)) return false;
  const { uid, name = '', namespace = '', operation, kind } = request;
  const { group, version, kind: kindName } = isJsonObject(kind) ? kind : {};
  return [uid, name, namespace, operation, group, version, kindName].every(
    text => typeof text === 'string' && text.length <= MAX_NAME_LENGTH,
  );
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');

const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress;

/** For a resumed TLS 1.3 session, Node.js reports `authorized` even if the client presented no certificate. */
const hasTrustedClientCertificate = (socket: TLSSocket): boolean =>
  socket.authorized && socket.getPeerX509Certificate() !== undefined;

/** Identifies a connection; the same for its TCP and its TLS socket. */
const idOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;

/** Never rejects. */
async function responseOrTimeout(response: ServerResponse): Promise<void> {
  await new Promise<void>(resolve => {
    const late = setTimeout(() => {
      response.destroy();
      resolve();
    }, RESPONSE_TIMEOUT_MS);
    // A client that does not read its response must not block others: it counts as sent once it is written.
    for (const event of ['prefinish', 'close']) {
      response.once(event, () => {
        clearTimeout(late);
        resolve();
      });
    }
  });
}
