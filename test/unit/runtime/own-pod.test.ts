import { operatorName } from '../../../src/runtime/own-pod';
import { sync } from '../../../src/nats-cluster/sync';

const cluster = {
  metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
  spec: { size: 1, version: '2.15.2' },
};

const statusBy = (operator: string | undefined) =>
  sync(
    { cluster, children: [], pods: [], servers: new Map(), ...(operator === undefined ? {} : { operator }) },
    new Date('2026-01-01T12:00:00Z'),
  ).status;

test('all replicas of an operator have one name', () => {
  const pods = ['nats-operator-5d4f8c7b9-x2x7k', 'nats-operator-5d4f8c7b9-9zv4q', 'nats-operator-77fdcbb6f8-4c8rr'];
  expect([...new Set(pods.map(name => operatorName({ name, namespace: 'nats-io' })))]).toEqual([
    'nats-io/nats-operator',
  ]);
  expect(operatorName({ name: 'my-laptop', namespace: undefined })).toBe('my-laptop');
});

test('the status names the operator that manages the cluster, and another one in its place when that changes', () => {
  expect(statusBy('nats-io/nats-operator').managedBy).toBe('nats-io/nats-operator');
  expect(statusBy('team-a/nats-operator').managedBy).toBe('team-a/nats-operator');
  expect(statusBy(undefined)).not.toHaveProperty('managedBy');
});
