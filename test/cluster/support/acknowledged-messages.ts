import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, jetstreamManager, type StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { waitFor } from './wait-for';

/** How often a message is sent that was not acknowledged; in milliseconds, how long each attempt waits, and the pause after it. */
const ATTEMPTS = 40;
const ACK_TIMEOUT = 2_000;
const RETRY_WAIT = 250;

/** What publishers experienced. */
export interface PublishingResult {
  /** The IDs of the messages that a server acknowledged. */
  readonly acknowledged: readonly string[];
  /** The messages that needed more than one retry. */
  readonly retriedTwice: number;
  /** The longest time between two acknowledgements of any publishers, in milliseconds. */
  readonly longestPause: number;
}

/** Publishers that send to a stream one message after the other, and repeat each until it is acknowledged. */
export class AcknowledgedMessages {
  readonly #acknowledged: string[] = [];
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
  ) {
    this.#work = Promise.all(connections.map(async (connection, index) => this.#publish(connection, index)));
  }

  /** Begins to publish to a stream, whose subject is its name in lower case. */
  static async start(servers: string, stream: string, publishers: number): Promise<AcknowledgedMessages> {
    const options = { servers, maxReconnectAttempts: -1, reconnectTimeWait: 50, ignoreAuthErrorAbort: true };
    const connections = await Promise.all(Array.from({ length: publishers }, async () => connect(options)));
    return new AcknowledgedMessages(connections, stream);
  }

  get count(): number {
    return this.#acknowledged.length;
  }

  /** Waits until that many more were acknowledged. */
  async waitForMore(messages: number): Promise<void> {
    const goal = this.count + messages;
    await waitFor(() => this.count >= goal, { what: `${messages} more acknowledgements`, deadline: 30_000 });
  }

  async stop(): Promise<PublishingResult> {
    this.#isStopped = true;
    await this.#work;
    await Promise.all(this.connections.map(async connection => connection.close()));
    return {
      acknowledged: this.#acknowledged,
      retriedTwice: this.#retriedTwice,
      longestPause: this.#longestPause,
    };
  }

  async #publish(connection: NatsConnection, publisher: number): Promise<void> {
    const client = jetstream(connection, { timeout: ACK_TIMEOUT });
    for (let index = 0; !this.#isStopped; index += 1) {
      const id = `${this.#run}-${publisher}-${index}`;
      for (let attempt = 0; ; attempt += 1) {
        if (attempt === 2) this.#retriedTwice += 1;
        if (attempt === ATTEMPTS) throw new Error(`${this.stream}: ${id} was not acknowledged in ${ATTEMPTS} attempts`);
        const acknowledged = await client.publish(this.stream.toLowerCase(), id, { msgID: id, retries: 1 }).then(
          () => true,
          () => false,
        );
        if (acknowledged) break;
        await pause(RETRY_WAIT);
      }
      this.#record(id);
    }
  }

  #record(id: string): void {
    const now = performance.now();
    this.#longestPause = Math.max(this.#longestPause, now - this.#last);
    this.#last = now;
    this.#acknowledged.push(id);
  }
}

/** The rules of a Service follow its pods a moment later. */
const connectTo = async (servers: string): Promise<NatsConnection> =>
  waitFor(async () => connect({ servers }), { what: `somebody to listen at ${servers}` });

/** Creates a stream whose subject is its name in lower case, as soon as the servers can. */
export async function createStream(
  servers: string,
  name: string,
  replicas: number,
  storage: StorageType = 'file',
): Promise<void> {
  const connection = await connectTo(servers);
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    await waitFor(
      async () =>
        manager.streams.add({
          ...{ name, subjects: [name.toLowerCase()], num_replicas: replicas, storage },
          // Longer than any test: a repeated message is no second one.
          duplicate_window: 3_600 * 1e9,
        }),
      { what: `stream ${name} to be created`, deadline: 90_000 },
    );
  } finally {
    await connection.close();
  }
}

/** The IDs of all messages of a stream, in their order. */
export async function readStream(servers: string, name: string): Promise<string[]> {
  const connection = await connectTo(servers);
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { state } = await waitFor(async () => manager.streams.info(name), { what: `stream ${name}` });
    // Servers that have just started answer when they have elected a leader.
    const consumer = await waitFor(async () => jetstream(connection).consumers.get(name), {
      what: `a consumer of stream ${name}`,
    });
    const ids: string[] = [];
    if (state.messages === 0) return ids;
    for await (const message of await consumer.consume()) {
      ids.push(message.string());
      if (message.info.pending === 0) break;
    }
    return ids;
  } finally {
    await connection.close();
  }
}
