import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import type { Observed, ServerReport } from '../../../../src/nats-cluster/observed';
import { planRollout } from '../../../../src/nats-cluster/rollout/rollout';
import { planScale } from '../../../../src/nats-cluster/rollout/scale';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { reportsOf } from '../jetstream/model';
import { membersOf } from './servers';

const live: ChildStatefulSet = {
  ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'c', namespace: 'n' } },
  spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 3 } } } as NonNullable<ChildStatefulSet['spec']>,
  status: { replicas: 3, currentRevision: 'old', updateRevision: 'new' },
};

/** Of three servers the last is not ready, and is not asked. */
const members = membersOf([{ revision: 'old' }, { revision: 'old' }, { revision: 'old', crashing: true }]);

/** The others have a stream with it, of which the second has a replica that is so. */
async function observedWith(second: { current: boolean }): Promise<Observed> {
  const replicas = [{ server: 1 }, { server: 2, ...second }, { server: 3 }];
  const reports = await reportsOf({ size: 3, streams: [{ name: 'ORDERS', leader: 1, replicas }] });
  const servers = new Map<string, ServerReport>([...reports].filter(([name]) => name !== 'c-3'));
  return { cluster: {}, children: [], pods: [], servers };
}

const why = 'stream ORDERS of account A has 2 of 3 replicas current: c-2 is not current';

describe('a server that fails as a pod, and that a stream has its quorum by,', () => {
  const model = resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec: { size: 2 } });

  test('is not replaced until another replica is current', async () => {
    const held = planRollout(members, live, {}, await observedWith({ current: false }));
    expect(held.step).toEqual({ kind: 'wait', why });
    expect(planRollout(members, live, {}, await observedWith({ current: true })).step).toMatchObject({
      kind: 'replace',
    });
  });

  test('is not removed until another replica is current', async () => {
    expect(planScale(model, 3, members, await observedWith({ current: false }))?.step).toEqual({ kind: 'wait', why });
    expect(planScale(model, 3, members, await observedWith({ current: true }))?.step).toMatchObject({
      kind: 'scale-down',
    });
  });
});
