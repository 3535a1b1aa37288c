import type { KubeClient } from '../../../src/controller/kube-client';
import { readMissingPods } from '../../../src/controller/missing-pods';
import type { ChildStatefulSet } from '../../../src/model/child';

const statefulSet: ChildStatefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
  spec: { replicas: 1, selector: {}, serviceName: 'c-mgmt', template: {} },
  status: { replicas: 0, observedGeneration: 1 },
};

/** An API server that has these Events, and knows the selectors of their fields. */
const kubeWith = (events: readonly object[]): KubeClient => {
  const get = (path: string, query: Record<string, string>): Promise<unknown> => {
    if (!path.endsWith('/events')) return Promise.resolve({ items: [] });
    const wanted = (query.fieldSelector ?? '').split(',').map(pair => pair.split('='));
    const items = events.filter(event => wanted.every(([field = '', value]) => fieldOf(event, field) === value));
    return Promise.resolve({ items });
  };
  return { get } as unknown as KubeClient;
};

/** @see https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/event/strategy.go, ToSelectableFields */
const fieldOf = (event: object, field: string): unknown =>
  field === 'source'
    ? (event as { source?: { component?: string } }).source?.component
    : field.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], event);

const refusal = (component: string, message: string, time: string): object => ({
  involvedObject: { uid: 'u' },
  reason: 'FailedCreate',
  source: { component },
  lastTimestamp: time,
  message: `create Pod c-1 in StatefulSet c failed error: ${message}`,
});

test("why a pod can't be made is read from the Events of the StatefulSet controller alone", async () => {
  const kube = kubeWith([
    refusal('statefulset-controller', 'exceeded quota', '2026-01-01T00:00:00Z'),
    refusal('somebody', 'nothing is wrong', '2026-01-02T00:00:00Z'),
  ]);
  const found = await readMissingPods(kube, statefulSet, [], new Map([['c-1', 60_000]]));
  expect(found.podRefusal).toBe('exceeded quota');
});
