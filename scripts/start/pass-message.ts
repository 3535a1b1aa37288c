import { setTimeout as pause } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { runMain } from '../../tools/toolchain/run-main';

/** What came of a message: the servers that the two clients were connected to, and how long it was on its way. */
export interface Delivery {
  readonly text: string;
  readonly from: string;
  readonly to: string;
  readonly milliseconds: number;
}

const DEADLINE_MS = 10_000;
const AGAIN_MS = 200;
const SUBJECT = 'nats-operator.hello';
const TEXT = 'hello from the other server';

/**
 * A program of its own, for it has to run in the cluster's network: `pass-message.ts ADDRESS ADDRESS` connects one client to each server,
 * publishes at the first until it has arrived at the second, and prints the Delivery as JSON.
 */
async function passMessage(publisherAddress: string, subscriberAddress: string): Promise<Delivery> {
  const publisher = await client(publisherAddress);
  const subscriber = await client(subscriberAddress);
  try {
    const arrival = firstMessage(subscriber);
    await subscriber.flush();
    const sent = await publishUntil(publisher, arrival);
    const text = await arrival;
    return { text, from: serverOf(publisher), to: serverOf(subscriber), milliseconds: Date.now() - sent };
  } finally {
    await Promise.all([publisher.close(), subscriber.close()]);
  }
}

/** A client that stays with this server, and does not go to another that it hears of. */
async function client(servers: string): Promise<NatsConnection> {
  return connect({ servers, ignoreClusterUpdates: true, maxReconnectAttempts: 5 });
}

async function firstMessage(connection: NatsConnection): Promise<string> {
  for await (const message of connection.subscribe(SUBJECT, { max: 1 })) return message.string();
  throw new Error('the subscription ended without a message');
}

/** Publishes again where nobody heard it: the subscription takes a moment to be known to the other servers. Returns when it was sent last. */
async function publishUntil(connection: NatsConnection, arrival: Promise<unknown>): Promise<number> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const sent = Date.now();
    connection.publish(SUBJECT, TEXT);
    const arrived = await Promise.race([arrival.then(() => true), pause(AGAIN_MS, false)]);
    if (arrived) return sent;
    if (Date.now() > end) throw new Error(`no message arrived within ${DEADLINE_MS / 1000} s`);
  }
}

function serverOf({ info }: NatsConnection): string {
  return info?.server_name ?? 'unknown';
}

const [publisherAddress = '', subscriberAddress = ''] = process.argv.slice(2);
runMain(async () => {
  const delivery = await passMessage(publisherAddress, subscriberAddress);
  process.stdout.write(`${JSON.stringify(delivery)}\n`);
});
