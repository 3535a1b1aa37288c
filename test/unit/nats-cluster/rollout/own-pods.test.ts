import type { V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import { natsClusterSchema } from '../../../../generated/schemas';
import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import { MAX_SIZE, type NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { ownPods } from '../../../../src/nats-cluster/rollout/own-pods';
import { part } from '../../../simulation/objects';

const cluster: NatsClusterObject = { metadata: { name: 'c', uid: 'cluster' } };
const live: ChildStatefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'c', namespace: 'n', uid: 'set' },
};

const owner = (uid: string): V1OwnerReference => ({ apiVersion: '', kind: '', name: '', uid, controller: true });
const marks = (name: string): Record<string, string> => ({
  'controller-revision-hash': 'c-1',
  'statefulset.kubernetes.io/pod-name': name,
});

const pod = (name: string, labels: Record<string, string>, owners: V1OwnerReference[] = []): V1Pod => ({
  metadata: { name, labels, ownerReferences: owners },
});

const isOwn = (candidate: V1Pod, set: ChildStatefulSet | undefined = live): boolean =>
  ownPods(cluster, set, [candidate]).length === 1;

test.each<[string, V1Pod]>([
  ['the StatefulSet controls', pod('c-1', {}, [owner('set')])],
  ['the Go operator made', pod('c-a', {}, [owner('cluster')])],
  ['a StatefulSet made and nobody controls', pod('c-1', marks('c-1'))],
])('a pod that %s is the own of the cluster', (_what, own) => {
  expect(isOwn(own)).toBe(true);
});

test.each<[string, V1Pod]>([
  ['nobody controls and no StatefulSet made', pod('c-2', {})],
  ['has the marks of another pod', pod('c-2', marks('d-2'))],
  ['another controller has', pod('c-2', marks('c-2'), [owner('other')])],
  ['has no name of a server', pod('c-debug', marks('c-debug'))],
  ['has an ordinal beyond any cluster', pod('c-101', marks('c-101'), [owner('set')])],
])('a pod that %s is none of the cluster', (_what, foreign) => {
  expect(isOwn(foreign)).toBe(false);
});

it('adopts pods without a controller, and none of another StatefulSet, before the StatefulSet exists', () => {
  expect(ownPods(cluster, undefined, [pod('c-1', marks('c-1'))])).toHaveLength(1);
  expect(ownPods(cluster, undefined, [pod('c-1', marks('c-1'), [owner('set')])])).toHaveLength(0);
});

it('knows the maximum of spec.size in the CRD', () => {
  expect(part(natsClusterSchema, 'properties', 'spec', 'properties', 'size').maximum).toBe(MAX_SIZE);
});
