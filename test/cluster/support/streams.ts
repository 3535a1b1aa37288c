import { jetstream, jetstreamManager, type StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { waitFor } from './wait-for';

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

/** The server that leads a stream, which for a stream of one replica is the one that stores it. */
export async function streamLeader(servers: string, name: string): Promise<string> {
  const connection = await connectTo(servers);
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    return await waitFor(async () => (await manager.streams.info(name)).cluster?.leader, {
      what: `a leader of stream ${name}`,
    });
  } finally {
    await connection.close();
  }
}
