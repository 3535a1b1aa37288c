import { setTimeout as pause } from 'node:timers/promises';
import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { waitFor } from '../../test/cluster/support/wait-for';
import type { MessageLedger } from './message-ledger';

const NAME = 'CHAOS';
/** How long it takes at most until a message whose acknowledgement was lost is delivered again. */
const ACK_WAIT_S = 10;
const RETRY_MS = 500;

/** Receives all messages of a stream by a durable pull consumer, acknowledges each, and goes on after every interruption. */
export class PullConsumer {
  #isStopped = false;
  #messages: ConsumerMessages | undefined;
  readonly #work: Promise<void>;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly ledger: MessageLedger,
  ) {
    this.#work = this.#run();
  }

  static async start(servers: string, ledger: MessageLedger): Promise<PullConsumer> {
    const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    await createConsumer(await jetstreamManager(connection, { checkAPI: false }), ledger.stream);
    return new PullConsumer(connection, ledger);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#messages?.stop();
    await this.#work;
    await this.connection.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#consume().catch(() => undefined);
      await pause(RETRY_MS);
    }
  }

  /** Ends where the client gives up, as it does when the consumer has no leader for a while. */
  async #consume(): Promise<void> {
    const consumer = await jetstream(this.connection).consumers.get(this.ledger.stream, NAME);
    this.#messages = await consumer.consume({ expires: 5_000, abort_on_missing_resource: true });
    if (this.#isStopped) this.#messages.stop();
    for await (const message of this.#messages) {
      this.ledger.deliver(message.string(), message.seq);
      message.ack();
    }
  }
}

async function createConsumer(manager: JetStreamManager, stream: string): Promise<void> {
  const config = { durable_name: NAME, ack_policy: AckPolicy.Explicit, ack_wait: ACK_WAIT_S * 1e9 };
  await waitFor(async () => manager.consumers.add(stream, config), {
    what: `consumer ${NAME} of stream ${stream} to be created`,
  });
}
