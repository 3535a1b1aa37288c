import type { NatsConnection } from '@nats-io/nats-core/internal';
import { openClient } from './client';
import { SteadyMessages } from './steady-messages';
import { atEnd } from './tear-down';

/** A client that publishes all the time, and another one that receives; both reconnect for as long as they have to. */
export class ClientPair {
  readonly messages: SteadyMessages;

  private constructor(
    readonly publisher: NatsConnection,
    readonly subscriber: NatsConnection,
  ) {
    this.messages = new SteadyMessages(publisher, subscriber);
  }

  /** @param servers where both connect, such as the Service of a cluster; they learn of the other servers there */
  static async connect(servers: string): Promise<ClientPair> {
    const options = { ignoreClusterUpdates: false, reconnect: true, maxReconnectAttempts: -1, reconnectTimeWait: 100 };
    const [publisher, subscriber] = await Promise.all([openClient(servers, options), openClient(servers, options)]);
    const pair = new ClientPair(publisher, subscriber);
    atEnd(async () => pair.close());
    return pair;
  }

  async close(): Promise<void> {
    this.messages.stop();
    await Promise.all([this.publisher.close(), this.subscriber.close()]);
  }
}
