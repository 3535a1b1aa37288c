import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { runMain } from '../../tools/toolchain/run-main';
import { until } from '../../tools/toolchain/until';

const STREAM = 'EXAMPLE';
const SUBJECT = 'example';
const REPLICAS = 3;
const MESSAGES = 100;
const DEADLINE_MS = 60_000;

/**
 * A program of its own, for it has to run in the cluster's network: `stream.ts write ADDRESS` publishes 100 messages to a stream of three
 * replicas, which it creates where it is not there, and `stream.ts count ADDRESS` changes nothing. Both print how many messages the stream has.
 */
async function main(command: string, servers: string): Promise<void> {
  const connection = await connect({ servers, maxReconnectAttempts: 10 });
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    if (command === 'write') {
      await createStream(manager);
      const client = jetstream(connection);
      for (let index = 0; index < MESSAGES; index += 1) await client.publish(SUBJECT, `message ${index}`);
    }
    const { state } = await manager.streams.info(STREAM);
    process.stdout.write(`${state.messages}\n`);
  } finally {
    await connection.close();
  }
}

/** Servers that have just started hear of each other's storage a moment later. */
async function createStream(manager: JetStreamManager): Promise<void> {
  let problem = '';
  const isCreated = await until(
    async () =>
      manager.streams.add({ name: STREAM, subjects: [SUBJECT], num_replicas: REPLICAS }).then(
        () => true,
        (error: unknown) => {
          problem = String(error);
          return false;
        },
      ),
    DEADLINE_MS,
  );
  if (!isCreated) throw new Error(`the stream ${STREAM} could not be created: ${problem}`);
}

const [command = '', servers = ''] = process.argv.slice(2);
runMain(async () => main(command, servers));
