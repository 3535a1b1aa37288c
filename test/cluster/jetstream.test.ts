import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { publishWhile, type PublishingResult } from './support/acknowledged-messages';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getCluster, getCondition, getPods } from './support/objects';
import { RolloutMonitor } from './support/rollout-monitor';
import { createStream, readStream } from './support/streams';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const SIZE = 3;
const name = 'js';
const STREAM = 'ORDERS';
/** Volumes of this class have a real size, and grow. */
const storage = (size: string) => ({ fileStorage: { size, storageClassName: 'local-sized' } });

let environment: TestEnvironment;
const servers = (cluster = name): string => `${cluster}.${environment.namespace}.svc:4222`;

const uids = async (cluster = name) =>
  (await getPods(environment.namespace, cluster)).map(({ metadata }) => metadata?.uid);
const events = async () =>
  environment.kubectl('get', 'events', '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}');
const statefulSetUid = async (cluster = name) =>
  environment.kubectl('get', 'statefulset', cluster, '-o', 'jsonpath={.metadata.uid}');

beforeAll(async () => {
  environment = await setupTestEnvironment('jetstream');
  const spec: NatsClusterSpec = {
    size: SIZE,
    version: '2.14.9',
    natsConfig: { extra: { lame_duck_grace_period: '1s' } },
    jetstream: storage('64Mi'),
  };
  await applyCluster(environment.namespace, name, spec);
  await waitUntilSettled(environment.namespace, name, SIZE, 120_000);
  await createStream(servers(), STREAM, SIZE);
}, 240_000);

const publishing = async (work: () => Promise<void>, stream = STREAM, cluster = name): Promise<PublishingResult> =>
  publishWhile(servers(cluster), stream, work);

describe('no acknowledged message is lost', () => {
  it('in an upgrade, and each is stored within one retry', async () => {
    const monitor = new RolloutMonitor(environment.namespace, name, SIZE);
    const result = await publishing(async () => {
      await patchSpec(environment.namespace, name, { version: '2.15.2' });
      await waitUntilSettled(environment.namespace, name, SIZE, 180_000);
    });
    await monitor.stop();
    expect(monitor.mostDown).toBe(1);
    expect(result.retriedTwice).toBe(0);
  }, 300_000);

  it('while volumes grow, for which the StatefulSet is created again around its pods', async () => {
    const before = await statefulSetUid();
    await publishing(async () => {
      await patchSpec(environment.namespace, name, { jetstream: storage('96Mi') });
      await waitUntilSettled(environment.namespace, name, SIZE, 180_000);
    });
    expect(await statefulSetUid()).not.toBe(before);
    const sizes = await environment.kubectl('get', 'pvc', '-o', 'jsonpath={.items[*].status.capacity.storage}');
    expect(sizes).toBe('96Mi 96Mi 96Mi');
    expect(await events()).toContain('VolumeExpanding: Expanding jetstream-js-1 from 64Mi to 96Mi');
    expect(await events()).toContain('Recreating: Recreating StatefulSet/js around its running pods');
  }, 300_000);
});

it('keeps the limit for streams, and restarts nobody, when the limit is given', async () => {
  const maxStore = '80Mi';
  const change = { jetstream: { fileStorage: { size: '96Mi', storageClassName: 'local-sized', maxStore } } };
  await patchSpec(environment.namespace, name, change);
  await waitUntilSettled(environment.namespace, name, SIZE, 180_000);
  const before = await uids();
  await patchSpec(environment.namespace, name, {
    jetstream: { fileStorage: { ...change.jetstream.fileStorage, size: '128Mi' } },
  });
  await waitFor(
    async () =>
      (await environment.kubectl(
        'get',
        'statefulset',
        name,
        '-o',
        'jsonpath={.spec.volumeClaimTemplates[0].spec.resources.requests.storage}',
      )) === '128Mi',
    { what: 'the StatefulSet to have the new size' },
  );
  await waitUntilSettled(environment.namespace, name, SIZE);
  expect(await uids()).toEqual(before);
}, 300_000);

it.each([
  ['a smaller size', { fileStorage: { size: '32Mi' } }, "can't shrink from 128Mi to 32Mi"],
  ['another storage class', { fileStorage: { storageClassName: 'local-path' } }, "can't be changed"],
  ['no file storage', { fileStorage: null }, "can't be removed"],
])(
  'changes nothing for %s, where no webhook rejects it',
  async (_what, jetstream, message) => {
    const before = await uids();
    const { spec } = (await getCluster(environment.namespace, name)) ?? {};
    await patchSpec(environment.namespace, name, { jetstream });
    await waitFor(
      async () => (await getCondition(environment.namespace, name, 'SpecValid'))?.message.includes(message),
      { what: 'the condition to say it' },
    );
    await patchSpec(environment.namespace, name, { jetstream: spec?.jetstream });
    await waitUntilSettled(environment.namespace, name, SIZE);
    expect(await uids()).toEqual(before);
  },
  120_000,
);

describe('a cluster without JetStream', () => {
  const core = 'core';

  beforeAll(async () => {
    await applyCluster(environment.namespace, core, { size: SIZE, version: '2.15.2' });
    await waitUntilSettled(environment.namespace, core, SIZE);
  }, 120_000);

  it('gets it one server at a time, from the lowest', async () => {
    const monitor = new RolloutMonitor(environment.namespace, core, SIZE);
    await patchSpec(environment.namespace, core, { jetstream: storage('32Mi') });
    await waitUntilSettled(environment.namespace, core, SIZE, 180_000);
    await monitor.stop();
    expect(monitor.left).toEqual([`${core}-1`, `${core}-2`, `${core}-3`]);
    expect(monitor.mostDown).toBe(1);
    await createStream(servers(core), STREAM, SIZE);
    await publishing(async () => Promise.resolve(), STREAM, core);
  }, 300_000);

  it('keeps its claims when it is deleted, and finds its data when it is there again', async () => {
    const stored = await readStream(servers(core), STREAM);
    const manifest: NatsClusterSpec = { size: SIZE, version: '2.15.2', jetstream: storage('32Mi') };
    await environment.kubectl('delete', 'nats', core, '--wait');
    await waitFor(async () => (await getPods(environment.namespace, core)).length === 0, {
      what: 'its pods to be gone',
    });
    expect(await environment.kubectl('get', 'pvc', `-l=nats_cluster=${core}`, '-o', 'name')).toMatch(
      /core-1[^]*core-3/,
    );
    await applyCluster(environment.namespace, core, manifest);
    await waitUntilSettled(environment.namespace, core, SIZE, 120_000);
    expect(await readStream(servers(core), STREAM)).toEqual(stored);
  }, 300_000);

  it('keeps all messages while it hibernates', async () => {
    const stored = await readStream(servers(core), STREAM);
    await patchSpec(environment.namespace, core, { hibernate: true });
    await waitFor(
      async () =>
        (await getCondition(environment.namespace, core, 'Ready'))?.reason === 'Hibernated' &&
        (await getPods(environment.namespace, core)).length === 0,
      { what: 'all servers to stop' },
    );
    await patchSpec(environment.namespace, core, { hibernate: false });
    await waitUntilSettled(environment.namespace, core, SIZE, 120_000);
    expect(await readStream(servers(core), STREAM)).toEqual(stored);
    expect(stored.length).toBeGreaterThan(0);
  }, 300_000);

  it('shows how its streams are', async () => {
    const status = async () => (await getCluster(environment.namespace, core))?.status;
    await waitFor(async () => (await getCondition(environment.namespace, core, 'JetStreamReady'))?.status === 'True', {
      what: 'JetStreamReady',
      deadline: 120_000,
    });
    expect((await status())?.jetstream).toMatchObject({
      metaLeader: expect.stringMatching(/^core-[123]$/) as string,
      servers: [1, 2, 3].map(ordinal => ({ name: `${core}-${ordinal}`, streams: 1, current: true })),
    });
    const budget = await environment.kubectl('get', 'pdb', core, '-o', 'jsonpath={.spec.maxUnavailable}');
    expect(budget).toBe('1');
  }, 180_000);
});
