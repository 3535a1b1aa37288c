import type { Condition } from '../../../../generated/nats-cluster';
import { conditionFalse, conditionTrue, toConditions } from '../../../../src/nats-cluster/status/conditions';

const now = new Date('2026-01-01T12:00:00.789Z');
const findings = { Ready: conditionTrue('AllServersReady', 'all'), Paused: conditionFalse('NotPaused', 'no') };

const ready = (status: 'True' | 'False', reason: string): Condition => ({
  ...{ type: 'Ready', status, reason, message: 'then' },
  lastTransitionTime: '2025-01-01T00:00:00Z',
});

const timeOfReady = (previous: readonly Condition[]): string | undefined =>
  toConditions(findings, previous, 7, now)[0]?.lastTransitionTime;

test('conditions are shown in their order, of this generation, with whole seconds', () => {
  expect(toConditions(findings, [], 7, now)).toEqual([
    {
      ...{ type: 'Ready', status: 'True', reason: 'AllServersReady', message: 'all' },
      ...{ lastTransitionTime: '2026-01-01T12:00:00Z', observedGeneration: 7 },
    },
    {
      ...{ type: 'Paused', status: 'False', reason: 'NotPaused', message: 'no' },
      ...{ lastTransitionTime: '2026-01-01T12:00:00Z', observedGeneration: 7 },
    },
  ]);
});

test('the time stays while the status does, whatever becomes of the reason', () => {
  expect(timeOfReady([ready('True', 'Other')])).toBe('2025-01-01T00:00:00Z');
});

test('the time is new where the status is', () => {
  expect(timeOfReady([ready('False', 'Other')])).toBe('2026-01-01T12:00:00Z');
});

test("the Go operator's conditions, which repeat a type and have no status, fall away", () => {
  const legacy = [{ type: 'Ready', reason: 'x' }, { type: 'Ready' }, { type: 'ScalingUp' }];
  expect(toConditions(findings, legacy, 7, now)).toEqual(toConditions(findings, [], 7, now));
});
