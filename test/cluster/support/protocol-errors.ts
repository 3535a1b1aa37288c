import type { NatsConnection } from '@nats-io/nats-core/internal';

/** What the server has against a subscription; undefined where nothing. */
export async function subscriptionProblem(client: NatsConnection, subject: string): Promise<string | undefined> {
  const fault = new Promise<string | undefined>(resolve => {
    client.subscribe(subject, { callback: error => resolve(error?.message) });
    // The server answers in order: what it has against the subscription comes before its answer to the flush.
    void client.flush().then(() => setImmediate(() => resolve(undefined)));
  });
  return fault;
}

/** The first thing that the server has against what a client does. */
export async function protocolError(client: NatsConnection): Promise<string> {
  for await (const status of client.status()) {
    if (status.type === 'error') return status.error.message;
  }
  return '';
}
