import type { RequestListener, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { ofBusiestAddress, type Held } from './busiest-address';

/** A connection of a client. */
export interface Connection extends Held {
  /** Whether a whole request has come that is not answered yet. */
  isBusy: boolean;
  readonly close: () => void;
}

/**
 * Bounds the connections at a time. Where there are too many, one is closed that nobody waits for an answer on: the oldest of the address that has most of
 * those. Connections that only wait, or send without an end, can't keep others out.
 */
export class ConnectionLimit {
  /** From the oldest to the newest. */
  readonly #open = new Set<Connection>();

  /** @param limit how many may be open */
  constructor(private readonly limit: number) {}

  /** Closes one connection, maybe the new one itself, where there is no room for it. @returns whether one was closed */
  add(connection: Connection): boolean {
    this.#open.add(connection);
    if (this.#open.size <= this.limit) return false;
    const victim = this.#candidate() ?? connection;
    this.remove(victim);
    victim.close();
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

/** Milliseconds after which an answer that was given is written, but to a client that does not read it. */
const WRITTEN = 1_000;

/**
 * Has the requests of a connection received one after the other, as clients send them that have a use for the answers. Of others node would begin with all at once,
 * and not tell those that wait when their connection has ended: it is closed.
 *
 * @param onRefused called for each connection that is closed for that reason
 */
export function oneAtATime(receive: RequestListener, onRefused?: () => void): RequestListener {
  const last = new WeakMap<Socket, ServerResponse>();
  const refuse = (socket: Socket): void => {
    if (!socket.destroyed) onRefused?.();
    socket.destroy();
  };
  return (request, response) => {
    const { socket } = request;
    const before = last.get(socket);
    last.set(socket, response);
    // It holds its request, and with it a body; the connection may be kept for minutes.
    response.once('close', () => {
      if (last.get(socket) === response) last.delete(socket);
    });
    if (before === undefined || before.closed) receive(request, response);
    else if (!before.writableEnded) refuse(socket);
    else {
      // The answer before it may have been read already, though node has not said yet that it is written.
      const late = setTimeout(() => refuse(socket), WRITTEN);
      before.once('close', () => {
        clearTimeout(late);
        // Of a connection that ends it never becomes the answer in turn.
        if (response.socket === socket) receive(request, response);
      });
    }
  };
}

/**
 * Has a server keep to so many connections.
 *
 * @param onOpen called with each connection
 * @param onLimit called for each connection that is closed for lack of room
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
