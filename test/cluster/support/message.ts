import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { V1Pod } from '@kubernetes/client-node';
import { randomUUID } from 'node:crypto';
import { waitFor } from './wait-for';

/** A client of exactly that server. */
export async function connectTo(pod: V1Pod): Promise<NatsConnection> {
  return connect({ servers: `${pod.status?.podIP ?? ''}:4222`, ignoreClusterUpdates: true, timeout: 5_000 });
}

/** Publishes by a client of one server until a client of the other has received it; fails where none arrives in time. */
export async function passMessage(from: V1Pod, to: V1Pod): Promise<void> {
  const [publisher, subscriber] = await Promise.all([connectTo(from), connectTo(to)]);
  try {
    const subject = `test.${randomUUID()}`;
    const subscription = subscriber.subscribe(subject, { max: 1 });
    await subscriber.flush();
    // Interest travels between servers in its own time, and core NATS keeps no message for later.
    await waitFor(
      async () => {
        publisher.publish(subject, 'hello');
        await publisher.flush();
        return subscription.getReceived() > 0;
      },
      { what: `a message from ${from.metadata?.name} to ${to.metadata?.name}`, deadline: 10_000, interval: 50 },
    );
  } finally {
    await Promise.all([publisher.close(), subscriber.close()]);
  }
}
