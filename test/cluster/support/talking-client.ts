import { connect, type NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';

/** How often it publishes, in milliseconds. */
const INTERVAL = 50;

/** A client such as applications are: it knows all servers of a cluster, talks all the time, and goes to another when it has to. */
export class TalkingClient {
  /** How often it had to connect again. */
  reconnects = 0;
  received = 0;
  readonly #timer: NodeJS.Timeout;

  private constructor(private readonly connection: NatsConnection) {
    const subject = `talk.${randomUUID()}`;
    connection.subscribe(subject, { callback: () => void (this.received += 1) });
    void this.#follow();
    this.#timer = setInterval(() => {
      if (!connection.isClosed()) connection.publish(subject, 'still here');
    }, INTERVAL);
  }

  /** @param hosts the servers in the order to try them in; the first is the one that it connects to */
  static async connect(hosts: readonly string[]): Promise<TalkingClient> {
    const options = { noRandomize: true, maxReconnectAttempts: -1, reconnectTimeWait: 100, timeout: 2_000 };
    return new TalkingClient(await connect({ servers: [...hosts], ...options }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.connection.close();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.reconnects += 1;
    }
  }
}
