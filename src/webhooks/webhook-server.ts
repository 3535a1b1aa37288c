import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tellRefusedRequest, type RefusedRequest } from '../controller/telemetry';
import { BodyBudget, type HeldBody } from './body-budget';
import { ConnectionLimit, type Connection } from './connection-limit';
import { FairQueue } from './fair-queue';
import type { ServingMaterial } from './serving-material';

const SECOND = 1_000;
const MIB = 1_048_576;

/**
 * An object and its former version, as a review holds them: the API server accepts requests of 3 MiB, and etcd stores 1.5 MiB.
 *
 * @see https://github.com/kubernetes/apiserver/blob/v0.34.0/pkg/server/config.go, MaxRequestBodyBytes
 * @see https://etcd.io/docs/v3.6/dev-guide/limit/
 */
const MAX_BODY = 5 * MIB;

/** Of all bodies at a time. */
const MAX_BODIES = 32 * MIB;

/** An API server has at most 600 requests under way by default, of which few write NatsClusters; a connection takes about 60 KiB. */
const MAX_CONNECTIONS = 512;

/** Requests that are answered at a time: the work is computing, for which there is one thread. */
const MAX_ANSWERS = 2;

/** Milliseconds for a TLS handshake, for the headers of a request and for a whole request: the API server waits 10 s for the answer. */
const LIMITS = {
  handshakeTimeout: 5 * SECOND,
  headersTimeout: 5 * SECOND,
  requestTimeout: 8 * SECOND,
  connectionsCheckingInterval: SECOND,
} as const;

/** Milliseconds after which an answer that nobody fetched counts as given. */
const ANSWER_TIMEOUT = 10 * SECOND;

export interface WebhookServerOptions {
  /** Of requests that may be sent a body. */
  readonly paths: ReadonlySet<string>;
  /** Certificates in PEM form, one of which has to vouch for whoever asks for a review; undefined where anyone may ask. */
  readonly clientAuthorities: string | undefined;
}

/**
 * The server of the webhooks, with limits: whoever reaches the port may send what they like, and neither takes the process down nor keeps the API server from
 * its answers. What is answered is up to Pepr; its own server has no limits.
 *
 * Docs: docs/security.md, docs/adr/0033-webhooks-in-a-container-of-their-own.md
 */
export class WebhookServer {
  readonly #options: WebhookServerOptions;
  readonly #server: Server;
  readonly #connections = new ConnectionLimit(MAX_CONNECTIONS);
  readonly #bySocket = new Map<string, Connection>();
  readonly #bodies = new BodyBudget(MAX_BODIES);
  readonly #answers = new FairQueue(MAX_ANSWERS);
  #answer: RequestListener = (_request, response) => refuse(response, 503, 'starting');

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    // Who has no certificate is refused a review, not the connection: health needs none.
    const requestCert = options.clientAuthorities !== undefined;
    this.#server = createServer({ ...LIMITS, requestCert, rejectUnauthorized: false }, (request, response) =>
      this.#receive(request, response),
    );
    this.#server.on('connection', (socket: Socket) => this.#limit(socket));
    // As node does where nobody listens; a request that timed out is not answered, for there is nobody to read it.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** New connections get this certificate; those that are open go on. */
  use({ certificate, key }: ServingMaterial): void {
    const { clientAuthorities } = this.#options;
    this.#server.setSecureContext({
      cert: certificate,
      key,
      ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
    });
  }

  /** @throws Error where the port is taken */
  async listen(port: number, answer: RequestListener): Promise<void> {
    this.#answer = answer;
    this.#server.listen(port);
    await once(this.#server, 'listening');
  }

  #limit(socket: Socket): void {
    const id = idOf(socket);
    const connection = { address: addressOf(socket), isBusy: false, close: () => socket.destroy() };
    this.#bySocket.set(id, connection);
    socket.once('close', () => {
      this.#connections.remove(connection);
      if (this.#bySocket.get(id) === connection) this.#bySocket.delete(id);
    });
    if (this.#connections.add(connection)) tellRefusedRequest({ reason: 'too_many_connections' });
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusalOf(request);
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
      this.#bodies.grow(body, chunk.length);
    });
    request.once('end', () => {
      this.#answers.add(body.address, async () => this.#reply(request, response, chunks));
    });
  }

  #refusalOf({ method, url, headers, socket }: IncomingMessage): Refusal | undefined {
    if (method === 'GET') return undefined;
    if (method !== 'POST' || !this.#options.paths.has(url?.split('?', 1)[0] ?? ''))
      return { status: 404, reason: 'not_found' };
    if (this.#options.clientAuthorities !== undefined && !(socket as TLSSocket).authorized)
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
      // Pepr parses only what is not parsed yet.
      Object.assign(request, { body: chunks.length === 0 ? undefined : (JSON.parse(textOf(chunks)) as unknown) });
      this.#answer(request, response);
    } catch {
      refuse(response, 400, 'bad_request');
    }
    await answered;
    if (connection !== undefined) connection.isBusy = false;
  }
}

interface Refusal {
  readonly status: number;
  readonly reason: RefusedRequest['reason'];
}

function refuse(response: ServerResponse, status: number, reason: RefusedRequest['reason']): void {
  tellRefusedRequest({ reason });
  // Node ends the connection with it: what was sent with the request is not read.
  response.writeHead(status, { connection: 'close' }).end();
}

function evict(socket: Socket): void {
  tellRefusedRequest({ reason: 'no_memory' });
  socket.destroy();
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');

const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress;

/** The same for the plain and for the encrypted end of a connection. */
const idOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;

/** Never rejects. */
async function answeredOrLate(response: ServerResponse): Promise<void> {
  await new Promise<void>(resolve => {
    const late = setTimeout(() => {
      response.destroy();
      resolve();
    }, ANSWER_TIMEOUT);
    for (const event of ['finish', 'close']) {
      response.once(event, () => {
        clearTimeout(late);
        resolve();
      });
    }
  });
}
