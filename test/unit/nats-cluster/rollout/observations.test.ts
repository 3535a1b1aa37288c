import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import { agesOf, updateObservations, type Observations } from '../../../../src/nats-cluster/rollout/observations';

const statefulSet = (replicas: number): ChildStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'c', namespace: 'n' },
  spec: { replicas, selector: {}, serviceName: '', template: {} },
});

const pod = (uid: string, status: 'True' | 'False', lastTransitionTime?: Date): V1Pod => ({
  metadata: { name: 'c-1', uid, creationTimestamp: new Date('1999-01-01T00:00:00Z') },
  status: { conditions: [{ type: 'Ready', status, ...(lastTransitionTime && { lastTransitionTime }) }] },
});

/** What is seen at 0 and 1000 ms, as the ages at 3000 ms. */
function ages(first: readonly V1Pod[], second: readonly V1Pod[], replicas = 1): Record<string, number> {
  const set = statefulSet(replicas);
  const before: Observations = updateObservations(new Map(), set, first, new Map(), 0);
  return Object.fromEntries(agesOf(updateObservations(before, set, second, new Map(), 1000), 3000));
}

it('counts from the first sight of a state, whatever the timestamps of other machines say', () => {
  expect(ages([pod('a', 'True')], [pod('a', 'True')])).toEqual({ 'c-1': 3000 });
  const future = new Date('2999-01-01T00:00:00Z');
  expect(ages([pod('a', 'True', future)], [pod('a', 'True', future)])).toEqual({ 'c-1': 3000 });
});

it('counts again when a server becomes unready, or is another pod', () => {
  expect(ages([pod('a', 'True')], [pod('a', 'False')])).toEqual({ 'c-1': 2000 });
  expect(ages([pod('a', 'False')], [pod('b', 'False')])).toEqual({ 'c-1': 2000 });
});

it('restarts the count when a server was in another state between two observations', () => {
  const [earlier, later] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:01Z')];
  expect(ages([pod('a', 'True', earlier)], [pod('a', 'True', later)])).toEqual({ 'c-1': 2000 });
});

it('counts from when a pod was first missing', () => {
  expect(ages([], [])).toEqual({ 'c-1': 3000 });
  expect(ages([pod('a', 'True')], [])).toEqual({ 'c-1': 2000 });
});

it('keeps nothing of what is no longer there', () => {
  expect(ages([{ metadata: { name: 'c-2' } }], [], 0)).toEqual({});
});

it('is bounded when the number of replicas is set beyond any cluster', () => {
  expect(Object.keys(ages([], [], 50_000))).toHaveLength(100);
});
