import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { readStream } from './streams';
import { waitFor } from './wait-for';

/** In milliseconds: how long each attempt to send a message waits, the pause after it, and how long a message is repeated. */
const ACK_TIMEOUT = 2_000;
const RETRY_WAIT = 250;
const PATIENCE = 90_000;

export interface PublishingOptions {
  readonly publishers: number;
  /** The pause of each publisher after an acknowledgement, in milliseconds. */
  readonly interval?: number;
  /** After how many milliseconds a message that is still not acknowledged is an error. */
  readonly patience?: number;
  readonly onAcknowledged?: (id: string) => void;
}

const PUBLISHERS = 8;

/** What publishers experienced. */
export interface PublishingResult {
  /** The IDs of the messages that a server acknowledged. */
  readonly acknowledged: readonly string[];
  /** The messages that needed a retry. */
  readonly retried: number;
  /** The messages that needed more than one. */
  readonly retriedTwice: number;
  /** The longest time between two acknowledgements of any publishers, in milliseconds. */
  readonly longestPause: number;
}

/** Publishers that send to a stream one message after the other, and repeat each until it is acknowledged. */
export class AcknowledgedMessages {
  readonly #acknowledged: string[] = [];
  #retried = 0;
  #retriedTwice = 0;
  #longestPause = 0;
  #last = performance.now();
  #isStopped = false;
  /** Makes the IDs differ from those of other runs: a stream drops what it has seen before. */
  readonly #run = randomUUID().slice(0, 8);
  readonly #work: Promise<unknown>;

  private constructor(
    private readonly connections: readonly NatsConnection[],
    private readonly stream: string,
    private readonly options: PublishingOptions,
  ) {
    this.#work = Promise.all(connections.map(async (connection, index) => this.#publish(connection, index)));
    // It is reported by `stop`.
    this.#work.catch(() => undefined);
  }

  /** Begins to publish to a stream, whose subject is its name in lower case. */
  static async start(servers: string, stream: string, options: PublishingOptions): Promise<AcknowledgedMessages> {
    const connection = { servers, maxReconnectAttempts: -1, reconnectTimeWait: 50, ignoreAuthErrorAbort: true };
    const connections = await Promise.all(Array.from({ length: options.publishers }, async () => connect(connection)));
    return new AcknowledgedMessages(connections, stream, options);
  }

  get count(): number {
    return this.#acknowledged.length;
  }

  /** Waits until that many more were acknowledged. */
  async waitForMore(messages: number): Promise<void> {
    const goal = this.count + messages;
    await waitFor(() => this.count >= goal, { what: `${messages} more acknowledgements`, deadline: 30_000 });
  }

  /** Ends when each publisher's last message is acknowledged; fails where one was not in time. */
  async stop(): Promise<PublishingResult> {
    this.#isStopped = true;
    try {
      await this.#work;
    } finally {
      await Promise.all(this.connections.map(async connection => connection.close()));
    }
    return {
      acknowledged: this.#acknowledged,
      retried: this.#retried,
      retriedTwice: this.#retriedTwice,
      longestPause: this.#longestPause,
    };
  }

  async #publish(connection: NatsConnection, publisher: number): Promise<void> {
    const client = jetstream(connection, { timeout: ACK_TIMEOUT });
    for (let index = 0; !this.#isStopped; index += 1) {
      const id = `${this.#run}-${publisher}-${index}`;
      await this.#publishUntilAcknowledged(client, id);
      this.#record(id);
      await pause(this.options.interval ?? 0);
    }
  }

  async #publishUntilAcknowledged(client: JetStreamClient, id: string): Promise<void> {
    const { patience = PATIENCE } = this.options;
    const end = performance.now() + patience;
    for (let attempt = 0; ; attempt += 1) {
      if (attempt === 1) this.#retried += 1;
      if (attempt === 2) this.#retriedTwice += 1;
      if (attempt > 0 && performance.now() > end)
        throw new Error(`${this.stream}: ${id} was not acknowledged within ${patience / 1000} s`);
      const isAcknowledged = await client.publish(this.stream.toLowerCase(), id, { msgID: id, retries: 1 }).then(
        () => true,
        () => false,
      );
      if (isAcknowledged) return;
      await pause(RETRY_WAIT);
    }
  }

  #record(id: string): void {
    const now = performance.now();
    this.#longestPause = Math.max(this.#longestPause, now - this.#last);
    this.#last = now;
    this.#acknowledged.push(id);
    this.options.onAcknowledged?.(id);
  }
}

/** Publishes while `work` runs, and checks afterwards that the stream has each acknowledged message once. */
export async function publishWhile(
  servers: string,
  stream: string,
  work: () => Promise<void>,
): Promise<PublishingResult> {
  const before = await readStream(servers, stream);
  const messages = await AcknowledgedMessages.start(servers, stream, { publishers: PUBLISHERS });
  let result: PublishingResult;
  try {
    await messages.waitForMore(50);
    await work();
    await messages.waitForMore(50);
  } finally {
    result = await messages.stop();
  }
  const stored = (await readStream(servers, stream)).slice(before.length);
  const distinct = new Set(stored);
  const lost = result.acknowledged.filter(id => !distinct.has(id));
  expect({ lost, storedTwice: stored.length - distinct.size }).toEqual({ lost: [], storedTwice: 0 });
  return result;
}
