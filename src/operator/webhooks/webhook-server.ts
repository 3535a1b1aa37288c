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
 * An object and its former version, as a review holds them: the API server accepts requests of 3 MiB, and etcd stores
 * 1.5 MiB.
 *
 * @see https://github.com/kubernetes/apiserver/blob/v0.34.0/pkg/server/config.go, MaxRequestBodyBytes
 * @see https://etcd.io/docs/v3.6/dev-guide/limit/
 */
const MAX_BODY = 5 * MIB;

/** Of all bodies at a time. */
const MAX_BODIES = 32 * MIB;

/**
 * An API server has at most 600 requests under way by default, of which few write NatsClusters; a connection takes
 * about 60 KiB.
 */
const MAX_CONNECTIONS = 512;

/** Bytes that a piece of a body takes beyond its own. */
const PIECE = 512;

/** Values in a review: a spec of 320 KiB has a third of that at most, and comes twice. */
const MAX_VALUES = 250_000;

/**
 * Requests that are answered at a time: the work is computing, for which there is one thread, and each takes memory.
 */
const MAX_ANSWERS = 1;

/**
 * Milliseconds for a TLS handshake, for the headers of a request and for a whole request: the API server waits 10 s for
 * the answer.
 */
const LIMITS = {
  handshakeTimeout: 5 * SECOND,
  headersTimeout: 5 * SECOND,
  requestTimeout: 8 * SECOND,
  connectionsCheckingInterval: SECOND,
} as const;

/** Milliseconds after which an answer counts as given: the API server waits no longer. */
const ANSWER_TIMEOUT = 10 * SECOND;

/** Milliseconds without a byte, in either direction, while a request is under way. */
const SILENCE = 10 * SECOND;

export interface WebhookServerOptions {
  /** Of requests that may be sent a body. */
  readonly paths: ReadonlySet<string>;
  /**
   * Certificates in PEM form, one of which has to vouch for whoever asks for a review; undefined where anyone may ask.
   */
  readonly clientCAs: string | undefined;
}

/**
 * The server of the webhooks, with limits: whoever reaches the port may send what they like, and neither takes the
 * process down nor keeps the API server from its answers. What is answered is up to Pepr; its own server has no limits.
 *
 * Docs: docs/security.md, docs/adr/0033-webhooks-in-a-container-of-their-own.md
 */
export class WebhookServer {
  readonly #options: WebhookServerOptions;
  readonly #server: Server;
  readonly #bySocket = new Map<string, Connection>();
  readonly #bodies = new BodyBudget(MAX_BODIES);
  readonly #answers = new FairLimit(MAX_ANSWERS);
  #answer: RequestListener = (_request, response) => refuse(response, 503, 'starting');

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    for (const webhook of options.paths) recordWebhook({ kind: 'registered', webhook });
    // Who has no certificate is refused a review, not the connection: health needs none.
    const requestCert = options.clientCAs !== undefined;
    this.#server = createServer(
      { ...LIMITS, requestCert, rejectUnauthorized: false },
      oneAtATime(
        (request, response) => this.#receive(request, response),
        () => recordRejectedRequest({ reason: 'pipelined' }),
      ),
    );
    this.#server.timeout = SILENCE;
    limitConnections(this.#server, MAX_CONNECTIONS, {
      onOpen: (socket, connection) => this.#hold(socket, connection),
      onLimit: () => recordRejectedRequest({ reason: 'too_many_connections' }),
    });
    // As node does where nobody listens; a request that timed out is not answered, for there is nobody to read it.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** New connections get this certificate; those that are open go on. */
  use({ certificate, key }: KeyPair): void {
    const { clientCAs } = this.#options;
    this.#server.setSecureContext({
      cert: certificate,
      key,
      ...(clientCAs === undefined ? {} : { ca: clientCAs }),
    });
  }

  /** @throws Error where the port is taken */
  async listen(port: number, answer: RequestListener): Promise<void> {
    this.#answer = answer;
    this.#server.listen(port);
    await once(this.#server, 'listening');
  }

  #hold(socket: Socket, connection: Connection): void {
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
      refuse(response, refusal.status, refusal.reason);
      return;
    }
    const { socket } = request;
    const body: HeldBody = { address: addressOf(socket), size: 0, evict: () => evict(socket) };
    const chunks: Buffer[] = [];
    response.once('close', () => {
      this.#bodies.release(body);
      // It may still wait for its turn.
      chunks.length = 0;
    });
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // However small the pieces are, each takes memory of its own.
      this.#bodies.grow(body, chunk.length + PIECE);
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
    const answered = answeredOrLate(response);
    try {
      const text = textOf(chunks);
      if (hasMoreValues(text, MAX_VALUES)) refuse(response, 413, 'too_large');
      else {
        const body = text === '' ? undefined : (JSON.parse(text) as unknown);
        if (body !== undefined && !isReview(body)) refuse(response, 400, 'bad_request');
        // Pepr parses only what is not parsed yet.
        else this.#answer(Object.assign(request, { body }), response);
      }
    } catch {
      refuse(response, 400, 'bad_request');
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

function refuse(response: ServerResponse, status: number, reason: RejectedRequest['reason']): void {
  recordRejectedRequest({ reason });
  // Node ends the connection with it: what was sent with the request is not read.
  response.writeHead(status, { connection: 'close' }).end();
}

function evict(socket: Socket): void {
  recordRejectedRequest({ reason: 'no_memory' });
  socket.destroy();
}

/** Characters of a name, as of a namespace and an object; of a uid and a kind there are fewer. */
const MAX_NAME = 253;

/** Whether it names what it is about as the API server does: Pepr's log repeats these names. */
function isReview(body: unknown): boolean {
  const { request } = isJsonObject(body) ? body : {};
  if (!isJsonObject(request)) return false;
  const { uid, name = '', namespace = '', operation, kind } = request;
  const { group, version, kind: kindName } = isJsonObject(kind) ? kind : {};
  return [uid, name, namespace, operation, group, version, kindName].every(
    text => typeof text === 'string' && text.length <= MAX_NAME,
  );
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');

const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress;

/**
 * Of a session of TLS 1.3 that is resumed node says that it is authorized, where its client has shown no certificate at
 * all.
 */
const hasTrustedClientCertificate = (socket: TLSSocket): boolean =>
  socket.authorized && socket.getPeerX509Certificate() !== undefined;

/** The same for the plain and for the encrypted end of a connection. */
const idOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;

/** Never rejects. */
async function answeredOrLate(response: ServerResponse): Promise<void> {
  await new Promise<void>(resolve => {
    const late = setTimeout(() => {
      response.destroy();
      resolve();
    }, ANSWER_TIMEOUT);
    // Who does not read the answer keeps nobody waiting: it counts as given when it is written.
    for (const event of ['prefinish', 'close']) {
      response.once(event, () => {
        clearTimeout(late);
        resolve();
      });
    }
  });
}
