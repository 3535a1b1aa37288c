import type { RequestListener, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { ofBusiestAddress, type Held } from './busiest-address';

export interface Connection extends Held {
  /** Whether a complete request is being processed. */
  isBusy: boolean;
  readonly close: () => void;
}

/**
 * Limits concurrent connections. Above the limit, the oldest idle connection of the address with the most idle
 * connections is closed, so that idle or endlessly sending connections cannot block others.
 */
export class ConnectionLimit {
  /** In order of age, oldest first. */
  readonly #open = new Set<Connection>();

  /** @param limit maximum number of open connections */
  constructor(private readonly limit: number) {}

  /** Adds a connection and closes one above the limit, possibly the new one. @returns whether one was closed */
  add(connection: Connection): boolean {
    this.#open.add(connection);
    if (this.#open.size <= this.limit) return false;
    const candidate = this.#candidate() ?? connection;
    this.remove(candidate);
    candidate.close();
    return true;
  }

  remove(connection: Connection): void {
    this.#open.delete(connection);
  }

  #candidate(): Connection | undefined {
    const idle = [...this.#open].filter(({ isBusy }) => !isBusy);
    return ofBusiestAddress(idle, () => 1)[0];
  }
}

/** Milliseconds after which a response must be flushed, unless the client does not read it. */
const FLUSH_TIMEOUT_MS = 4_000;

/**
 * Processes the requests of a connection sequentially and closes connections with pipelined requests: Node.js would
 * start all of them at once, and not notify the waiting ones when the connection closes.
 *
 * @param onRejected called for each connection closed for that reason
 */
export function oneAtATime(receive: RequestListener, onRejected?: () => void): RequestListener {
  const last = new WeakMap<Socket, ServerResponse>();
  const reject = (socket: Socket): void => {
    if (!socket.destroyed) onRejected?.();
    socket.destroy();
  };
  return (request, response) => {
    const { socket } = request;
    const before = last.get(socket);
    last.set(socket, response);
    // The response references its request and body; the connection may be kept alive for minutes.
    response.once('close', () => {
      if (last.get(socket) === response) last.delete(socket);
    });
    if (before === undefined || before.closed) receive(request, response);
    else if (!before.writableEnded) reject(socket);
    else {
      // The client may have read the previous response before Node.js emits its `close` event.
      // After a busy event loop, timers run before I/O: the flush may be about to be noticed.
      const late = setTimeout(() => setImmediate(() => before.closed || reject(socket)), FLUSH_TIMEOUT_MS);
      before.once('close', () => {
        clearTimeout(late);
        // If the connection closes, the response never gets its socket.
        if (response.socket === socket) receive(request, response);
      });
    }
  };
}

/**
 * Limits the concurrent connections of a server.
 *
 * @param onOpen called for each connection
 * @param onLimit called for each connection closed because of the limit
 */
export function limitConnections(
  server: Server,
  most: number,
  { onOpen, onLimit }: { onOpen?: (socket: Socket, connection: Connection) => void; onLimit?: () => void } = {},
): void {
  const limit = new ConnectionLimit(most);
  server.on('connection', (socket: Socket) => {
    const connection = { address: socket.remoteAddress ?? '', isBusy: false, close: () => socket.destroy() };
    socket.once('close', () => limit.remove(connection));
    onOpen?.(socket, connection);
    if (limit.add(connection)) onLimit?.();
  });
}
