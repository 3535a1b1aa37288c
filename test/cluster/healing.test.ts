import type { V1Pod } from '@kubernetes/client-node';
import { AuditLog } from './support/audit-log';
import { passMessage } from './support/message';
import { applyCluster, waitUntilMeshed, waitUntilSettled } from './support/nats-cluster';
import { getPod, restarts } from './support/objects';
import { waitForIdle, waitUntilRead } from './support/wait-for-idle';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { exhaustMemory, killServer } from './support/server-process';
import { waitFor } from './support/wait-for';

const SIZE = 3;
const name = 'healing';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('healing');
  await applyCluster(environment.namespace, name, { size: SIZE, pod: { resources: { limits: { memory: '64Mi' } } } });
  await waitUntilSettled(environment.namespace, name, SIZE);
}, 120_000);

const pod = async (ordinal: number): Promise<V1Pod> => {
  const found = await getPod(environment.namespace, `${name}-${ordinal}`);
  if (found === undefined) throw new Error(`there is no pod ${ordinal}`);
  return found;
};

/** The ordinals differ, so that no container has to wait out the backoff of its second restart. */
const ways = [
  { operator: 'running', deleted: 1, killed: 2, exhausted: 3 },
  { operator: 'stopped', deleted: 2, killed: 1, exhausted: 2 },
] as const;

describe.each(ways)('with the operator $operator, a cluster is whole again', way => {
  beforeAll(async () => {
    if (way.operator === 'stopped') await environment.operator.kill();
  });

  it('after a pod was deleted', async () => {
    const before = await pod(way.deleted);
    await environment.kubectl('delete', 'pod', `${name}-${way.deleted}`, '--wait=false');
    await waitFor(async () => (await pod(way.deleted)).metadata?.uid !== before.metadata?.uid, {
      what: 'a new pod under the old name',
    });
    await waitUntilMeshed(environment.namespace, name, SIZE);
  }, 90_000);

  it('after a nats-server was killed', async () => {
    const before = await pod(way.killed);
    await killServer(before);
    await waitForRestart(before, 'Error');
    await waitUntilMeshed(environment.namespace, name, SIZE);
  }, 90_000);

  it('after a container ran out of memory', async () => {
    const before = await pod(way.exhausted);
    await exhaustMemory(before);
    await waitForRestart(before, 'OOMKilled');
    const pods = await waitUntilMeshed(environment.namespace, name, SIZE);
    const [first, second] = pods;
    if (first === undefined || second === undefined) throw new Error('three pods were expected');
    await passMessage(first, second);
  }, 90_000);
});

it('is as its spec says once the operator is back, without a restart', async () => {
  const before = await waitUntilMeshed(environment.namespace, name, SIZE);
  const audit = await AuditLog.fromNow(environment.operator.user);
  environment.operator.start();
  await waitUntilRead(audit, environment.namespace, name);
  await waitForIdle(audit);
  const after = await waitUntilSettled(environment.namespace, name, SIZE);
  expect(after.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
  expect(after.map(restarts)).toEqual(before.map(restarts));
}, 90_000);

/** Waits until the container has been started once more, after it ended for that reason. */
async function waitForRestart(before: V1Pod, reason: string): Promise<void> {
  const ordinal = Number(before.metadata?.name?.split('-').at(-1));
  await waitFor(
    async () => {
      const now = await pod(ordinal);
      const ended = now.status?.containerStatuses?.[0]?.lastState?.terminated?.reason;
      return restarts(now) > restarts(before) && ended === reason;
    },
    { what: `the container of ${name}-${ordinal} to be started again after ${reason}` },
  );
}
