import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import { addAttempt, failureAnnotations, recallFailure } from '../../../../src/nats-cluster/rollout/failed-template';

const template = { metadata: { labels: { app: 'nats' } } };

const remembering = (annotations: Record<string, string>): ChildStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'c', namespace: 'n', annotations },
});

test('stores a failure as one line that stays the same for any writer', () => {
  const failure = addAttempt('c-1 has no routes with c-2', undefined, 'time');
  const annotations = failureAnnotations(template, failure);
  expect(recallFailure(template, remembering(annotations))).toEqual(failure);
  const altered = { ...annotations, 'nats.io/rollout-failure': `all\nis well ${'x'.repeat(10_000)}` };
  const recalled = recallFailure(template, remembering(altered));
  expect(recalled?.why).toBe(`all is well ${'x'.repeat(588)}…`);
  const again = recalled && failureAnnotations(template, recalled);
  expect(recallFailure(template, remembering(again ?? {}))).toEqual(recalled);
});
