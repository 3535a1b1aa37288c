import type { V1Pod } from '@kubernetes/client-node';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SteadyMessages } from './steady-messages';
import { waitFor } from './wait-for';

/** A client that publishes and receives all the time, and reconnects to another server when its own shuts down. */
export class PublishingClient {
  /** How often a server has announced its shutdown. */
  lameDucks = 0;
  readonly messages: SteadyMessages;

  private constructor(private readonly connection: NatsConnection) {
    this.messages = new SteadyMessages(connection);
    void this.#follow();
  }

  /**
   * Connects by the Service to the server of that pod, and learns of the others there. The client would keep the address of one pod after the pod is gone,
   * and each attempt to connect to it would wait for a timeout of the network.
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
    this.messages.stop();
    await this.connection.close();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'ldm') this.lameDucks += 1;
    }
  }
}
