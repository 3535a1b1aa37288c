import type { V1ContainerState, V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { healthProblem } from '../../../../src/nats-cluster/monitoring/server-health';
import {
  describePodProblem,
  findFailure,
  findProblem,
  type ServerProblem,
} from '../../../../src/nats-cluster/rollout/pod-status';

const start = new Date('2026-01-01T00:00:00Z');
const minutes = (count: number): number => count * 60_000;

const pod = (status: V1PodStatus, metadata: object = {}): V1Pod => ({
  metadata: { creationTimestamp: start, ...metadata },
  status,
});

const container = (state: V1ContainerState, lastState: V1ContainerState = {}, name = 'nats'): V1ContainerStatus => ({
  ...{ name, state, lastState },
  ...{ image: '', imageID: '', ready: false, restartCount: 0 },
});

const running = container({ running: { startedAt: start } });
const crashing = container(
  { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
  { terminated: { exitCode: 1, reason: 'Error', message: 'nats.conf:3: unknown field "prot"\n' } },
);

test.each(['CrashLoopBackOff', 'ImagePullBackOff', 'CreateContainerConfigError'])('%s is a failure', reason => {
  const failing = pod({ containerStatuses: [container({ waiting: { reason } })] });
  expect(findFailure(failing, 0)).toBe(`failed (container nats: ${reason})`);
});

test("reports a failure with the server's termination message", () => {
  const failing = pod({ containerStatuses: [crashing] });
  expect(findFailure(failing, 0)).toBe(
    'failed (container nats: CrashLoopBackOff: its last output: nats.conf:3: unknown field "prot")',
  );
});

test('reports the end of a long termination message, which has the reason', () => {
  const message = `${'x'.repeat(1000)} the reason`;
  const failing = pod({
    containerStatuses: [
      container({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { exitCode: 1, message } }),
    ],
  });
  const failure = findFailure(failing, 0) ?? '';
  expect(failure).toMatch(/…x+ the reason\)$/);
  expect(failure.length).toBeLessThan(400);
});

test('a sidecar that fails is a failure too', () => {
  const sidecar = container({ waiting: { reason: 'ImagePullBackOff' } }, {}, 'metrics');
  expect(findFailure(pod({ containerStatuses: [running, sidecar] }), 0)).toBe(
    'failed (container metrics: ImagePullBackOff)',
  );
});

test('a slow start is no failure for five minutes, and then it is', () => {
  const slow = pod({ containerStatuses: [running] });
  expect(findFailure(slow, minutes(4))).toBeUndefined();
  expect(findFailure(slow, minutes(5))).toBe('was not ready after 5 minutes: it is starting');
});

test('a pod that is deleted does not fail, however long it takes', () => {
  expect(
    findFailure(pod({ containerStatuses: [crashing] }, { deletionTimestamp: start }), minutes(60)),
  ).toBeUndefined();
});

test.each<[string, V1Pod, string]>([
  ['a pod on its way out', pod({}, { deletionTimestamp: start }), 'is shutting down'],
  ['a pod whose server runs', pod({ containerStatuses: [running] }), 'is starting'],
  [
    'a pod that no node takes',
    pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] }),
    'cannot be scheduled: 0/3 nodes are available',
  ],
  [
    'a pod whose init container is done',
    pod({
      initContainerStatuses: [container({ terminated: { exitCode: 0 } }, {}, 'bootconfig')],
      containerStatuses: [running],
    }),
    'is starting',
  ],
  [
    'a pod whose init container fails',
    pod({ initContainerStatuses: [container({ terminated: { exitCode: 2, reason: 'Error' } }, {}, 'bootconfig')] }),
    'is failing (container bootconfig: Error: Error, exit code 2)',
  ],
])('%s: %#', (_what, troubled, statusMessage) => {
  expect(describePodProblem(troubled)).toBe(statusMessage);
});

test('a server that fails its readiness probe is quoted', () => {
  const words = healthProblem('/healthz', {
    status: 503,
    body: { status: 'unavailable', error: 'JetStream is not current with the meta leader' },
  });
  expect(words).toBe('/healthz answers 503: JetStream is not current with the meta leader');
  expect(describePodProblem(pod({ containerStatuses: [running] }), words)).toBe(`is not ready: ${words}`);
  expect(healthProblem('/healthz', { status: 200, body: { status: 'ok' } })).toBeUndefined();
  expect(healthProblem('/varz', { status: 502, body: 'oops' })).toBe('/varz answers 502');
});

describe('what is wrong with a pod', () => {
  const crashed = { terminated: { exitCode: 1 } };
  const between = (change: Partial<V1ContainerStatus>): V1ContainerStatus => ({
    ...container({ running: { startedAt: start } }, crashed),
    ...{ restartCount: 3, started: false },
    ...change,
  });

  it.each<[string, V1PodStatus, ServerProblem | undefined]>([
    [
      'an image that is not there',
      { containerStatuses: [container({ waiting: { reason: 'ErrImagePull' } })] },
      'ImagePullError',
    ],
    [
      'a back-off after that',
      { containerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] },
      'ImagePullError',
    ],
    [
      'a ConfigMap that is not there',
      { containerStatuses: [container({ waiting: { reason: 'CreateContainerConfigError' } })] },
      'StartError',
    ],
    ['a crash loop', { containerStatuses: [crashing] }, 'CrashLoop'],
    ['a crash loop between two crashes', { containerStatuses: [between({})] }, 'CrashLoop'],
    ['no node', { conditions: [{ type: 'PodScheduled', status: 'False' }] }, 'Unschedulable'],
    [
      'nothing: it is being created',
      { containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })] },
      undefined,
    ],
    ['nothing: it crashed once', { containerStatuses: [between({ restartCount: 1 })] }, undefined],
    ['nothing: it came up after crashes', { containerStatuses: [between({ started: true })] }, undefined],
  ])('is %s', (_what, status, problem) => {
    expect(findProblem(pod(status))).toBe(problem);
  });

  it('is nothing while it shuts down', () => {
    expect(findProblem(pod({ containerStatuses: [crashing] }, { deletionTimestamp: start }))).toBeUndefined();
  });
});
