import type { V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import type { Child } from '../../../../src/nats-cluster/children';
import { ownership } from '../../../../src/nats-cluster/apply/ownership';
import { sync } from '../../../../src/nats-cluster/sync';

const cluster = { name: 'c', uid: 'our-uid' };
const ourLabels = { app: 'nats', nats_cluster: 'c' };
const mark = { 'nats.io/last-applied-hash': '0123456789abcdef' };

const service = (metadata: object): Child => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'c', namespace: 'n', ...metadata },
});

const secret = (key: string, metadata: object = {}): Child => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'c', namespace: 'n', ...metadata },
  data: { [key]: 'e30=' },
});

const owner = (kind: string, name: string, uid: string, controller = true): V1OwnerReference => ({
  apiVersion: 'v1',
  ...{ kind, name, uid, controller },
});

/** As the Go operator made them. */
const legacyPod: V1Pod = { metadata: { name: 'c-1', ownerReferences: [owner('NatsCluster', 'c', 'our-uid')] } };
const ownPod: V1Pod = { metadata: { name: 'c-1', ownerReferences: [owner('StatefulSet', 'c', 'set-uid')] } };

const kindOf = (live: Child, pods: readonly V1Pod[] = []): string => ownership(cluster, live, pods).kind;

test('what our NatsCluster owns is ours', () => {
  expect(kindOf(service({ ownerReferences: [owner('NatsCluster', 'c', 'our-uid')] }))).toBe('ours');
});

test('what the operator has applied is ours without an owner, as orphans are', () => {
  expect(kindOf(service({ labels: ourLabels, annotations: mark }))).toBe('ours');
});

test('an orphan of a cluster of another name is taken', () => {
  expect(kindOf(service({ labels: { app: 'nats', nats_cluster: 'other' }, annotations: mark }))).toBe('foreignOwner');
});

test('names an owner in one short line, because the writer of the object chooses the text', () => {
  const owned = ownership(cluster, service({ ownerReferences: [owner('It\nis', 'x'.repeat(1_000), 'u')] }), []);
  expect(owned).toEqual({ kind: 'foreignOwner', by: `It is ${'x'.repeat(294)}…` });
});

test('labels like ours make nothing ours', () => {
  expect(kindOf(service({ labels: ourLabels }))).toBe('foreignOwner');
  expect(kindOf(service({ labels: ourLabels }), [ownPod])).toBe('foreignOwner');
});

test('a nats.conf makes no Secret ours', () => {
  expect(kindOf(secret('nats.conf'))).toBe('foreignOwner');
  expect(kindOf(secret('nats.conf', { labels: ourLabels }), [ownPod])).toBe('foreignOwner');
});

test('adopts the Secret and Services next to pods that the Go operator created for the cluster', () => {
  expect(kindOf(secret('nats.conf'), [legacyPod])).toBe('ours');
  expect(kindOf(service({ labels: ourLabels }), [legacyPod])).toBe('ours');
  expect(kindOf(secret('password'), [legacyPod])).toBe('foreignOwner');
  expect(kindOf(service({ labels: { app: 'nats' } }), [legacyPod])).toBe('foreignOwner');
});

test('pods that the Go operator made for an earlier cluster of the name show nothing', () => {
  const older = { metadata: { name: 'c-1', ownerReferences: [owner('NatsCluster', 'c', 'older-uid')] } };
  expect(kindOf(secret('nats.conf'), [older])).toBe('foreignOwner');
});

test('what its owner has handed over to the cluster is ours, and to no other', () => {
  expect(kindOf(secret('password', { annotations: { 'nats.io/adopt-by': 'c' } }))).toBe('ours');
  expect(kindOf(secret('password', { annotations: { 'nats.io/adopt-by': 'other' } }))).toBe('foreignOwner');
});

test.each([{}, { annotations: { 'nats.io/adopt-by': 'c' } }, { annotations: mark }])(
  'what another owns is taken whatever it carries, and the owner is named',
  metadata => {
    const live = service({ labels: ourLabels, ...metadata, ownerReferences: [owner('Deployment', 'web', 'other')] });
    expect(ownership(cluster, live, [legacyPod])).toEqual({ kind: 'foreignOwner', by: 'Deployment web' });
  },
);

test('waits for children of a deleted NatsCluster of the same name', () => {
  expect(kindOf(service({ ownerReferences: [owner('NatsCluster', 'c', 'older-uid')] }))).toBe('terminating');
});

test('waits for an object that is being deleted, regardless of its owner', () => {
  const live = service({ deletionTimestamp: 'now', ownerReferences: [owner('NatsCluster', 'c', 'our-uid')] });
  expect(ownership(cluster, live, [])).toEqual({ kind: 'terminating', why: 'Service/c is being deleted' });
});

test('writes nothing next to a name conflict, and the status says how to let the object be adopted', () => {
  const object = { metadata: { name: 'c', namespace: 'n', uid: 'our-uid' }, spec: { size: 3, version: '2.15.2' } };
  const observed = { cluster: object, children: [secret('nats.conf')], pods: [], servers: new Map() };
  const { actions, status } = sync(observed, new Date());
  expect(actions).toEqual([]);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  expect(ready?.reason).toBe('NameConflict');
  expect(ready?.message).toContain('nats.io/adopt-by: c');
});
