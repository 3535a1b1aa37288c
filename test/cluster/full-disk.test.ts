import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getCondition } from './support/objects';
import { createStream, readStream } from './support/streams';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const SIZE = 3;
const name = 'full';
const VERSION = '2.15.2';
const STREAM = 'ORDERS';

let environment: TestEnvironment;
const servers = (): string => `${name}.${environment.namespace}.svc:4222`;
/** The limit of streams is the whole volume, so that the disk is full before it is reached. */
const storage = (size: string) => ({ fileStorage: { size, maxStore: size, storageClassName: 'local-sized' } });

beforeAll(async () => {
  environment = await setupTestEnvironment('full-disk');
  await applyCluster(environment.namespace, name, { size: SIZE, version: VERSION, jetstream: storage('32Mi') });
  await waitUntilSettled(environment.namespace, name, SIZE, 120_000);
  await createStream(servers(), STREAM, SIZE);
}, 240_000);

/** Publishes until no server takes a message any more; returns the IDs of those that were acknowledged. */
async function fill(): Promise<string[]> {
  const connection = await connect({ servers: servers() });
  const client = jetstream(connection, { timeout: 2_000 });
  const acknowledged: string[] = [];
  const rest = '-'.repeat(64_000);
  try {
    for (let failures = 0, index = 0; failures < 5; index += 1) {
      const isStored = await client.publish(STREAM.toLowerCase(), `${index}${rest}`).then(
        () => true,
        () => false,
      );
      if (isStored) acknowledged.push(`${index}${rest}`);
      else failures += 1;
    }
    return acknowledged;
  } finally {
    await connection.close();
  }
}

it('has servers with full volumes restarted once these have grown, and they have all messages', async () => {
  const acknowledged = await fill();
  await waitFor(async () => (await getCondition(environment.namespace, name, 'JetStreamReady'))?.status === 'False', {
    what: 'JetStreamReady to be False',
    deadline: 150_000,
  });
  await patchSpec(environment.namespace, name, { jetstream: storage('64Mi') });
  await waitUntilSettled(environment.namespace, name, SIZE, 300_000);
  await waitFor(async () => (await getCondition(environment.namespace, name, 'JetStreamReady'))?.status === 'True', {
    what: 'JetStreamReady',
    deadline: 150_000,
  });
  const stored = new Set(await readStream(servers(), STREAM));
  expect(acknowledged.filter(message => !stored.has(message))).toHaveLength(0);
}, 700_000);
