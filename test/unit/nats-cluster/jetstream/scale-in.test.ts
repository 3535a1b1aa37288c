import type { Operation } from '../../../../generated/nats-cluster';
import { planOpenOperation } from '../../../../src/nats-cluster/jetstream/open-operation';
import { planEvacuation } from '../../../../src/nats-cluster/jetstream/plan-evacuation';
import type { Observed, ServerReport } from '../../../../src/nats-cluster/observed';
import type { Member } from '../../../../src/nats-cluster/rollout/members';
import { noSecrets } from '../../../../src/nats-cluster/secrets/secret-facts';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { reportsOf } from './model';

const model = resolveCluster(
  { metadata: { name: 'c', namespace: 'n' }, spec: { size: 3, version: '2.15.2', jetstream: {} } },
  { ...noSecrets, systemUserKey: 'U' },
);

const members = ['c-1', 'c-2', 'c-3', 'c-4'].map(name => ({ name, ready: true }) as unknown as Member);
const last = { name: 'c-4', ready: true, ordinal: 4 } as unknown as Member;

const observedOf = (servers: ReadonlyMap<string, ServerReport>, operation?: Operation): Observed => ({
  cluster: { metadata: { name: 'c' }, status: operation === undefined ? {} : { operation } },
  ...{ children: [], pods: [], servers },
});

const planFor = async (without: readonly number[], blocker?: string) =>
  planEvacuation(model, members, last, observedOf(await reportsOf({ size: 4, without })), blocker);

describe('a server that leaves', () => {
  test('stops at once if it has no JetStream yet, unless something else keeps it', async () => {
    expect(await planFor([4])).toBeUndefined();
    expect(await planFor([4], 'c-1 is starting')).toEqual({ kind: 'wait', why: 'c-1 is starting' });
  });

  test('is recorded before anything is asked for, and not before the cluster can bear its loss', async () => {
    expect(await planFor([])).toMatchObject({ operation: { server: 'c-4', phase: 'Evacuating' }, requests: [] });
    expect(await planFor([], 'c-1 is starting')).toEqual({ kind: 'wait', why: 'c-1 is starting' });
  });
});

describe('an operation that was begun', () => {
  const operation: Operation = { type: 'ScaleIn', server: 'c-4', phase: 'RemovingPeer' };

  test('ends where the operator can not go on with it', async () => {
    const observed = observedOf(await reportsOf({ size: 3 }), operation);
    const step = planOpenOperation({ ...model, canEvacuate: false }, 3, members.slice(0, 3), observed);
    expect(step).toMatchObject({ operation: { phase: 'Cancelled' }, requests: [] });
  });

  test('waits for a leader of the meta group', async () => {
    const servers = await reportsOf({ size: 3, meta: { leader: undefined, replicas: [] } });
    const step = planOpenOperation(model, 3, members.slice(0, 3), observedOf(servers, operation));
    expect(step).toMatchObject({ operation: { phase: 'RemovingPeer' }, requests: [] });
  });

  test('is over as soon as the others do not count the server', async () => {
    const step = planOpenOperation(model, 3, members.slice(0, 3), observedOf(await reportsOf({ size: 3 }), operation));
    expect(step).toMatchObject({ operation: { phase: 'Removed' } });
  });
});
