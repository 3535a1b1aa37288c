import type { NatsConnection } from '@nats-io/nats-core/internal';
import { randomUUID } from 'node:crypto';
import { openClient } from './client';
import { atEnd } from './tear-down';

/** How often the publisher speaks, in milliseconds. */
const INTERVAL = 50;

/** A client that publishes all the time, and another one that subscribes; both connect again for as long as they have to. */
export class ClientPair {
  received = 0;
  /** The longest time for which the subscriber heard nothing, in milliseconds. */
  longestGap = 0;
  #last = performance.now();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    readonly publisher: NatsConnection,
    readonly subscriber: NatsConnection,
  ) {
    const subject = `pair.${randomUUID()}`;
    subscriber.subscribe(subject, { callback: () => this.#hear() });
    this.#timer = setInterval(() => {
      if (!publisher.isClosed()) publisher.publish(subject, 'hello');
    }, INTERVAL);
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
    clearInterval(this.#timer);
    await Promise.all([this.publisher.close(), this.subscriber.close()]);
  }

  #hear(): void {
    const now = performance.now();
    this.longestGap = Math.max(this.longestGap, now - this.#last);
    this.#last = now;
    this.received += 1;
  }
}
