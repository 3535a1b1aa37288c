import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

/** A connection of a client. */
export interface Connection {
  readonly address: string;
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
    const victim = this.#victim() ?? connection;
    this.remove(victim);
    victim.close();
    return true;
  }

  remove(connection: Connection): void {
    this.#open.delete(connection);
  }

  #victim(): Connection | undefined {
    const idle = new Map<string, Connection[]>();
    for (const connection of this.#open) {
      if (connection.isBusy) continue;
      const others = idle.get(connection.address);
      if (others === undefined) idle.set(connection.address, [connection]);
      else others.push(connection);
    }
    let most: readonly Connection[] = [];
    for (const connections of idle.values()) if (connections.length > most.length) most = connections;
    return most[0];
  }
}

/**
 * Whether each connection has one request under way: nobody who has a use for the answers sends the next request before the last is answered, and node would
 * begin with all of them at once. A connection that does is closed.
 *
 * @returns whether a request is to be answered; to be called with each
 */
export function refusePipelining(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const underWay = new WeakSet<Socket>();
  return ({ socket }, response) => {
    if (underWay.has(socket)) {
      socket.destroy();
      return false;
    }
    underWay.add(socket);
    response.once('close', () => underWay.delete(socket));
    return true;
  };
}

/**
 * Has a server keep to so many connections.
 *
 * @param onOpen told of each connection
 * @param onLimit told of each connection that is closed for want of room
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
