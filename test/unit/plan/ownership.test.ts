import type { V1OwnerReference } from '@kubernetes/client-node';
import type { Child } from '../../../src/model/child';
import { resolveCluster } from '../../../src/model/cluster-model';
import { ownership } from '../../../src/plan/ownership';

const model = resolveCluster({ metadata: { name: 'c', namespace: 'n', uid: 'our-uid' }, spec: { size: 3 } });
const ourLabels = { app: 'nats', nats_cluster: 'c' };

const service = (metadata: object): Child => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'c', namespace: 'n', ...metadata },
});

const owner = (kind: string, name: string, uid: string, controller = true): V1OwnerReference => ({
  apiVersion: 'v1',
  ...{ kind, name, uid, controller },
});

test('what our NatsCluster owns is ours', () => {
  const live = service({ ownerReferences: [owner('NatsCluster', 'c', 'our-uid')] });
  expect(ownership(model, live)).toEqual({ kind: 'ours' });
});

test('what nobody owns is ours where it carries our labels, as orphans do', () => {
  expect(ownership(model, service({ labels: ourLabels }))).toEqual({ kind: 'ours' });
});

test('what nobody owns is taken where it does not carry our labels', () => {
  expect(ownership(model, service({ labels: { app: 'nats' } })).kind).toBe('taken');
});

test('a Secret that nobody owns is ours where it holds a nats.conf, and taken where it holds something else', () => {
  const secret = (key: string): Child => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'c', namespace: 'n' },
    data: { [key]: 'e30=' },
  });
  expect(ownership(model, secret('nats.conf'))).toEqual({ kind: 'ours' });
  expect(ownership(model, secret('password')).kind).toBe('taken');
});

test('what another owns is taken, and the owner is named', () => {
  const live = service({ labels: ourLabels, ownerReferences: [owner('Deployment', 'web', 'other')] });
  expect(ownership(model, live)).toEqual({ kind: 'taken', by: 'Deployment web' });
});

test('what belongs to a deleted NatsCluster of our name goes in a moment', () => {
  expect(ownership(model, service({ ownerReferences: [owner('NatsCluster', 'c', 'older-uid')] })).kind).toBe('leaving');
});

test('what is being deleted goes in a moment, whoever owns it', () => {
  const live = service({ deletionTimestamp: 'now', ownerReferences: [owner('NatsCluster', 'c', 'our-uid')] });
  expect(ownership(model, live)).toEqual({ kind: 'leaving', why: 'Service/c is being deleted' });
});
