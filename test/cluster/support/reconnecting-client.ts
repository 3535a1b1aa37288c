import { connect, type NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import type { Login } from './service-accounts';
import { atEnd } from './tear-down';

/** A client such as applications are: it knows all servers of a cluster, talks all the time, and goes to another when it has to. */
export class ReconnectingClient {
  /** How often it publishes, in milliseconds. */
  static readonly interval = 50;
  /** How often it had to connect again. */
  reconnects = 0;
  sent = 0;
  received = 0;
  /** The longest time without a message of its own, in milliseconds. */
  longestGap = 0;
  #last = Date.now();
  readonly #timer: NodeJS.Timeout;

  private constructor(private readonly connection: NatsConnection) {
    const subject = `talk.${randomUUID()}`;
    connection.subscribe(subject, { callback: () => this.#hear() });
    void this.#follow();
    this.#timer = setInterval(() => {
      if (connection.isClosed()) return;
      connection.publish(subject, 'still here');
      this.sent += 1;
    }, ReconnectingClient.interval);
  }

  /** @param hosts the servers in the order to try them in; the first is the one that it connects to */
  static async connect(hosts: readonly string[], login: Partial<Login> = {}): Promise<ReconnectingClient> {
    const options = { noRandomize: true, maxReconnectAttempts: -1, reconnectTimeWait: 100, timeout: 2_000 };
    const client = new ReconnectingClient(await connect({ servers: [...hosts], ...login, ...options }));
    atEnd(async () => client.#end());
    return client;
  }

  /** Returns when all that it has sent, and that is not lost, has come back. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.connection.drain();
  }

  /** At once, and nothing happens where it is closed already. */
  async #end(): Promise<void> {
    clearInterval(this.#timer);
    await this.connection.close();
  }

  #hear(): void {
    const now = Date.now();
    this.longestGap = Math.max(this.longestGap, now - this.#last);
    this.#last = now;
    this.received += 1;
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.reconnects += 1;
    }
  }
}
