import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { FollowedLog } from './support/followed-log';
import { monitor } from './support/monitoring';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getCondition, getPods } from './support/objects';
import { RolloutMonitor } from './support/rollout-monitor';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { PublishingClient } from './support/publishing-client';
import { waitForMoreMessages } from './support/steady-messages';
import { waitFor } from './support/wait-for';

const SIZE = 3;
const name = 'roll';
const oneAtATime = [`${name}-3`, `${name}-2`, `${name}-1`];

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('rollout');
  // A server with clients waits that long before it sends them away; 10 s by default.
  const spec: NatsClusterSpec = {
    size: SIZE,
    version: '2.14.9',
    natsConfig: { extra: { lame_duck_grace_period: '1s' } },
  };
  await applyCluster(environment.namespace, name, spec);
  await waitUntilSettled(environment.namespace, name, SIZE);
}, 120_000);

const uids = async () => (await getPods(environment.namespace, name)).map(({ metadata }) => metadata?.uid);
const events = async () =>
  environment.kubectl('get', 'events', '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}');

interface Varz {
  readonly version: string;
  readonly max_payload: number;
}
/** Ready itself stays False while the servers do not run the wanted spec. */
const waitForServing = async () =>
  waitFor(
    async () =>
      ((await getCondition(environment.namespace, name, 'Ready'))?.message ?? '').startsWith('3 of 3 servers'),
    {
      what: 'all servers to be ready again',
    },
  );
const varz = async () =>
  Promise.all((await getPods(environment.namespace, name)).map(async pod => monitor<Varz>(pod, 'varz')));

/**
 * What a server says of a stop that begins with lame duck mode. It takes the two signals in their order, but one that got no processor for a while finds both
 * waiting, and then leaves at once: it enters the mode on a thread of its own, and the second signal may overtake that (handleSignal in its
 * server/signal.go). Nothing in an image that holds the server alone could wait in between.
 */
const lameDuckFirst =
  /Trapped "user defined signal 2"[^]*(Entering lame duck mode|Trapped "terminated")[^]*Initiating Shutdown/;

/** Changes the spec while clients talk, and checks that the pods are replaced one at a time, when the others can bear it. */
async function roll(change: object): Promise<void> {
  const pods = await getPods(environment.namespace, name);
  const clients = await Promise.all(pods.map(async pod => PublishingClient.connect(pod)));
  const logs = pods.map(({ metadata }) => new FollowedLog(environment.namespace, metadata?.name ?? ''));
  const watch = new RolloutMonitor(environment.namespace, name, SIZE);
  try {
    await patchSpec(environment.namespace, name, change);
    await waitUntilSettled(environment.namespace, name, SIZE, 120_000);
    await waitForMoreMessages(clients);
  } finally {
    await watch.stop();
    await Promise.all(clients.map(async client => client.close()));
  }
  expect(watch.left).toEqual(oneAtATime);
  expect(watch.untimely).toEqual([]);
  expect(watch.mostDown).toBe(1);
  for (const log of logs) expect(await log.text()).toMatch(lameDuckFirst);
  // Each was connected to a server that has left, and those that are told so first can tell.
  expect(clients.some(({ lameDucks }) => lameDucks > 0)).toBe(true);
  expect(Math.max(...clients.map(({ messages }) => messages.longestGap))).toBeLessThan(5_000);
}

describe('a change that needs new pods', () => {
  it('a version: one pod after the other, lame duck first', async () => {
    await roll({ version: '2.15.2' });
    expect((await varz()).map(({ version }) => version)).toEqual(['2.15.2', '2.15.2', '2.15.2']);
    expect(await events()).toContain(
      `ReplacingPod: Replacing ${name}-3 (0 of 3 updated): image nats:2.14.9 → nats:2.15.2`,
    );
    expect(await events()).toContain('RolloutComplete');
  }, 180_000);

  it('a configuration: the same way', async () => {
    await roll({ natsConfig: { maxPayload: 2_000_000 } });
    expect((await varz()).map(({ max_payload: bytes }) => bytes)).toEqual([2_000_000, 2_000_000, 2_000_000]);
    expect(await events()).toMatch(/Replacing roll-1 \(2 of 3 updated\): .*configuration/);
  }, 180_000);

  it('an image: the same way', async () => {
    await roll({ serverImage: 'docker.io/library/nats' });
    const images = (await getPods(environment.namespace, name)).map(({ spec }) => spec?.containers[0]?.image);
    expect(new Set(images)).toEqual(new Set(['docker.io/library/nats:2.15.2']));
  }, 180_000);
});

/** Nobody listens there, so that the pull fails at once, whatever network the nodes have. */
const missing = { serverImage: '127.0.0.1:1/nats', version: '2.15.99' };

describe('a bad version that comes while a quota keeps a server away', () => {
  const quota = 'two-pods';
  const versions = async () => (await varz()).map(({ version }) => version).join();

  it('reaches no server but the one that tries it, and all serve when the quota is gone', async () => {
    const pods = await environment.kubectl('get', 'pods', '-o', 'name');
    await environment.kubectl('create', 'quota', quota, `--hard=pods=${pods.trim().split('\n').length - 1}`);
    await environment.kubectl('delete', 'pod', `${name}-1`, '--wait');
    await waitFor(
      async () =>
        ((await getCondition(environment.namespace, name, 'Ready'))?.message ?? '').includes("roll-1 can't be created"),
      {
        what: 'the quota to keep a pod away',
      },
    );
    await patchSpec(environment.namespace, name, missing);
    await waitFor(
      async () => (await getCondition(environment.namespace, name, 'Reconciling'))?.message.includes('waiting'),
      {
        what: 'the roll to wait',
      },
    );
    const strategy = await environment.kubectl(
      'get',
      'statefulset',
      name,
      '-o',
      'jsonpath={.spec.updateStrategy.type}',
    );
    expect(strategy).toBe('RollingUpdate');
    await environment.kubectl('delete', 'quota', quota);
    await environment.kubectl('delete', 'pod', `${name}-3`, '--wait');
    await waitFor(
      async () => (await getCondition(environment.namespace, name, 'ConfigApplied'))?.reason === 'RolloutFailed',
      {
        what: 'the roll to have failed',
        deadline: 120_000,
      },
    );
    await waitFor(async () => (await versions()) === '2.15.2,2.15.2,2.15.2', {
      what: 'all servers to serve with the last good version',
      deadline: 120_000,
    });
    await waitForServing();
    expect(await events()).toContain('RolloutFailed');
    expect(await environment.kubectl('get', 'statefulset', name, '-o', 'jsonpath={.spec.updateStrategy.type}')).toBe(
      'RollingUpdate',
    );
    await patchSpec(environment.namespace, name, { serverImage: 'nats', version: '2.15.2' });
    await waitUntilSettled(environment.namespace, name, SIZE);
  }, 400_000);
});

describe('a version whose image does not exist', () => {
  it('is tried on one pod, taken back, and told in the status', async () => {
    const before = await uids();
    await patchSpec(environment.namespace, name, missing);
    const condition = await waitFor(
      async () => {
        const found = await getCondition(environment.namespace, name, 'ConfigApplied');
        return found?.reason === 'RolloutFailed' ? found : undefined;
      },
      { what: 'the roll to have failed', deadline: 60_000 },
    );
    expect(condition.status).toBe('False');
    expect(condition.message).toContain(`${name}-3`);
    expect(condition.message).toContain('2.15.99');
    await waitFor(async () => (await varz()).map(({ version }) => version).join() === '2.15.2,2.15.2,2.15.2', {
      what: 'the pod to be back on the last good version',
    });
    await waitForServing();
    expect(await getCondition(environment.namespace, name, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'RolloutFailed',
    });
    expect((await getCondition(environment.namespace, name, 'Stalled'))?.status).toBe('True');
    expect((await uids()).slice(0, 2)).toEqual(before.slice(0, 2));
    expect((await getCondition(environment.namespace, name, 'ConfigApplied'))?.reason).toBe('RolloutFailed');
  }, 150_000);

  it('is over when the spec is mended', async () => {
    await patchSpec(environment.namespace, name, { serverImage: 'nats', version: '2.15.2' });
    await waitUntilSettled(environment.namespace, name, SIZE);
  }, 90_000);

  it('is told in the status of a new cluster', async () => {
    await applyCluster(environment.namespace, 'never', { size: 1, ...missing });
    await waitFor(
      async () =>
        /ImagePull.*2\.15\.99/.test((await getCondition(environment.namespace, 'never', 'Ready'))?.message ?? ''),
      { what: 'the status to say why' },
    );
    await patchSpec(environment.namespace, 'never', { serverImage: 'nats', version: '2.15.2' });
    await waitUntilSettled(environment.namespace, 'never', 1);
  }, 150_000);
});
