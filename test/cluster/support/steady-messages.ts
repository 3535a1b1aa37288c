import type { NatsConnection } from '@nats-io/nats-core/internal';
import { randomUUID } from 'node:crypto';
import { waitFor } from './wait-for';

/** Milliseconds between two messages. */
export const MESSAGE_INTERVAL = 50;

/** Publishes on a subject of its own all the time, and measures what arrives at a subscription to it. */
export class SteadyMessages {
  sent = 0;
  received = 0;
  /** The longest time without a message, in milliseconds. */
  longestGap = 0;
  #last = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** @param subscriber the connection that receives, which may be the publisher itself */
  constructor(publisher: NatsConnection, subscriber: NatsConnection = publisher) {
    const subject = `steady.${randomUUID()}`;
    subscriber.subscribe(subject, { callback: () => this.#receive() });
    this.#timer = setInterval(() => {
      if (publisher.isClosed()) return;
      publisher.publish(subject, 'still here');
      this.sent += 1;
    }, MESSAGE_INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #receive(): void {
    const now = performance.now();
    this.longestGap = Math.max(this.longestGap, now - this.#last);
    this.#last = now;
    this.received += 1;
  }
}

/** Waits until each of them has received another message. */
export async function waitForMoreMessages(clients: readonly { messages: SteadyMessages }[]): Promise<void> {
  const before = clients.map(({ messages }) => messages.received);
  await waitFor(() => clients.every(({ messages }, index) => messages.received > (before[index] ?? 0)), {
    what: 'every client to receive another message',
    deadline: 30_000,
  });
}
