import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core/internal';
import { connect } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { waitFor } from './wait-for';

/**
 * Connects to that address and to no other; rejects with the server's own words, or TLS's. Where nothing listens yet it tries again: the rules of a
 * Service follow its pods a moment later.
 */
export async function openClient(servers: string, options: ConnectionOptions = {}): Promise<NatsConnection> {
  const all = { servers, ignoreClusterUpdates: true, reconnect: false, timeout: 5_000, ...options };
  const outcome = await waitFor(
    async () => connect(all).catch((error: unknown) => (isNobodyThere(error) ? undefined : { error })),
    { what: `somebody to listen at ${servers}`, deadline: 20_000 },
  );
  if ('error' in outcome) throw outcome.error;
  return outcome;
}

/** Nobody listens yet, or the server gave up: it waits a second or two for the client's CONNECT, which a busy machine may send later. */
const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error && ['connection refused', 'write EPIPE', 'read ECONNRESET'].includes(error.message);

/** The words with which a connection is refused; fails where it is not. */
export async function refusal(servers: string, options: ConnectionOptions = {}): Promise<string> {
  let client: NatsConnection;
  try {
    client = await openClient(servers, options);
  } catch (error) {
    return error instanceof Error ? `${error.message} ${causeOf(error)}` : String(error);
  }
  await client.close();
  throw new Error(`${servers} lets in whom it should refuse`);
}

const causeOf = ({ cause }: Error): string => (cause instanceof Error ? cause.message : '');

/** Publishes by one client until the other has received it, as interest travels between servers in its own time. */
export async function carry(
  publisher: NatsConnection,
  subscriber: NatsConnection,
  subject = `test.${randomUUID()}`,
): Promise<void> {
  const subscription = subscriber.subscribe(subject, { max: 1 });
  await subscriber.flush();
  await waitFor(
    async () => {
      publisher.publish(subject, 'hello');
      await publisher.flush();
      return subscription.getReceived() > 0;
    },
    { what: `a message on ${subject}`, deadline: 20_000, interval: 50 },
  );
}

/** Runs `use` with two clients, and closes them whatever happens. */
export async function withClients<T>(
  clients: readonly [Promise<NatsConnection>, Promise<NatsConnection>],
  use: (one: NatsConnection, other: NatsConnection) => Promise<T>,
): Promise<T> {
  const opened = await Promise.all(clients);
  try {
    return await use(...opened);
  } finally {
    await Promise.all(opened.map(async client => client.close()));
  }
}
