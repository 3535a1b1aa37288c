import type { V1Pod } from '@kubernetes/client-node';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { waitFor } from './wait-for';

/** How often it publishes, in milliseconds. */
const INTERVAL = 50;

/** A client such as applications are: it says something all the time, hears itself, and goes to another server when it has to. */
export class PublishingClient {
  /** How often a server has told it that it is about to leave. */
  lameDucks = 0;
  /** The longest time without a message of its own, in milliseconds. */
  longestGap = 0;
  received = 0;
  #last = Date.now();
  readonly #timer: NodeJS.Timeout;

  private constructor(private readonly connection: NatsConnection) {
    const subject = `steady.${randomUUID()}`;
    connection.subscribe(subject, { callback: () => this.#hear() });
    void this.#follow();
    this.#timer = setInterval(() => {
      if (!connection.isClosed()) connection.publish(subject, 'still here');
    }, INTERVAL);
  }

  /**
   * Connects by the Service to that very server, and learns of the others there. An address of one pod, given by hand, would stay among those to try
   * when the pod is gone, and each try would wait for the network to give up.
   */
  static async connect(pod: V1Pod): Promise<PublishingClient> {
    const { name, namespace = '', labels = {} } = pod.metadata ?? {};
    const servers = `${labels.nats_cluster ?? ''}.${namespace}.svc:4222`;
    const connection = await waitFor(
      async () => {
        const candidate = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
        if (candidate.info?.server_name === name) return candidate;
        await candidate.close();
        return undefined;
      },
      { what: `the Service to lead to ${name}`, interval: 10 },
    );
    return new PublishingClient(connection);
  }

  async close(): Promise<void> {
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
      if (type === 'ldm') this.lameDucks += 1;
    }
  }
}
