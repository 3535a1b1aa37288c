import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Login } from './service-accounts';
import { SteadyMessages } from './steady-messages';
import { atEnd } from './tear-down';

/** A client that knows all servers of a cluster, publishes and receives all the time, and reconnects to another server when it has to. */
export class ReconnectingClient {
  /** How often it has reconnected. */
  reconnects = 0;
  readonly messages: SteadyMessages;

  private constructor(private readonly connection: NatsConnection) {
    this.messages = new SteadyMessages(connection);
    void this.#follow();
  }

  /** @param hosts the servers in the order to try them in; the first is the one that it connects to */
  static async connect(hosts: readonly string[], login: Partial<Login> = {}): Promise<ReconnectingClient> {
    const options = { noRandomize: true, maxReconnectAttempts: -1, reconnectTimeWait: 100, timeout: 2_000 };
    const client = new ReconnectingClient(await connect({ servers: [...hosts], ...login, ...options }));
    atEnd(async () => client.#end());
    return client;
  }

  /** Returns when all messages that are not lost have been received. */
  async close(): Promise<void> {
    this.messages.stop();
    await this.connection.drain();
  }

  /** Closes the connection immediately, if it is not closed already. */
  async #end(): Promise<void> {
    this.messages.stop();
    await this.connection.close();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.reconnects += 1;
    }
  }
}
