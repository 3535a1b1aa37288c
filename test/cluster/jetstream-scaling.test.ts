import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { publishWhile } from './support/acknowledged-messages';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getCluster, getCondition, getPods } from './support/objects';
import { createStream, readStream, streamLeader } from './support/streams';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const name = 'js';
/** Three replicas. */
const STREAM = 'ORDERS';

let environment: TestEnvironment;
const servers = (): string => `${name}.${environment.namespace}.svc:4222`;
const operation = async () => (await getCluster(environment.namespace, name))?.status?.operation;
const podNames = async () => (await getPods(environment.namespace, name)).map(({ metadata }) => metadata?.name ?? '');
const events = async () =>
  environment.kubectl('get', 'events', '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}');
const scale = async (size: number) => environment.kubectl('scale', 'nats', name, `--replicas=${size}`);
const settle = async (size: number) => waitUntilSettled(environment.namespace, name, size, 240_000);

beforeAll(async () => {
  environment = await setupTestEnvironment('jetstream-scaling');
  const spec: NatsClusterSpec = {
    size: 3,
    version: '2.15.2',
    natsConfig: { extra: { lame_duck_grace_period: '1s' } },
    jetstream: { fileStorage: { size: '32Mi', storageClassName: 'local-sized' } },
  };
  await applyCluster(environment.namespace, name, spec);
  await waitUntilSettled(environment.namespace, name, 3, 120_000);
  await createStream(servers(), STREAM, 3);
}, 240_000);

/** Streams with one replica, until there is one on a server; they are placed by the servers. */
async function createSingles(server: string): Promise<string[]> {
  const streams: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const stream = `SINGLE${index}`;
    await createStream(servers(), stream, 1);
    streams.push(stream);
    if ((await streamLeader(servers(), stream)) === server) return streams;
  }
  throw new Error(`no stream on ${server}`);
}

it('goes from 3 to 5 servers and back without losing an acknowledged message, also when the operator is killed', async () => {
  await publishWhile(servers(), STREAM, async () => {
    await scale(5);
    await settle(5);
  });
  const singles = await createSingles(`${name}-5`);
  const single = singles.at(-1) ?? '';
  const idle = await publishWhile(servers(), singles[0] ?? '', async () => Promise.resolve());

  await publishWhile(servers(), STREAM, async () => {
    await publishWhile(servers(), single, async () => {
      await scale(3);
      await waitFor(async () => (await operation())?.phase === 'Evacuating', { what: 'the evacuation' });
      await environment.operator.kill();
      environment.operator.start();
      await settle(3);
    });
  });
  expect(await podNames()).toEqual([1, 2, 3].map(ordinal => `${name}-${ordinal}`));
  for (const stream of singles) expect(await streamLeader(servers(), stream)).toMatch(/^js-[123]$/);
  if (singles[0] !== single)
    expect(await readStream(servers(), singles[0] ?? '')).toHaveLength(idle.acknowledged.length);
  expect(await operation()).toMatchObject({ server: `${name}-4`, phase: 'Removed' });
  for (const event of ['Evacuated: js-5', 'PeerRemoved: The other servers do not count js-5', 'Evacuated: js-4'])
    expect(await events()).toContain(event);
  // The volumes are kept by default.
  expect(await environment.kubectl('get', 'pvc', '-o', 'name')).toMatch(/js-4[^]*js-5/);
}, 600_000);

it('waits before a removed server comes back, and goes on with what it has', async () => {
  await scale(4);
  await waitFor(
    async () => (await getCondition(environment.namespace, name, 'Reconciling'))?.message.includes('for five minutes'),
    { what: 'the condition to say it' },
  );
  expect(await podNames()).toHaveLength(3);
  await scale(3);
  await settle(3);
}, 120_000);

it('stays where a stream has more replicas than there would be servers', async () => {
  await scale(2);
  await waitFor(
    async () => (await getCondition(environment.namespace, name, 'Stalled'))?.message.includes(`stream ${STREAM}`),
    { what: 'the condition to name the stream', deadline: 90_000 },
  );
  expect(await podNames()).toHaveLength(3);
  await patchSpec(environment.namespace, name, { size: 3 });
  await settle(3);
}, 240_000);
