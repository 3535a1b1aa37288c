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
