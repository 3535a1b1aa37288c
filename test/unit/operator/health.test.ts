import { healthOf } from '../../../src/operator/health';
import type { Started } from '../../../src/operator/start';

const HOUR = 3_600_000;

const operator: Started['operator'] = {
  livenessFailures: () => [],
  readinessFailures: () => [],
  stats: () => ({ waiting: 0, running: 0, phases: new Map(), leads: false, managed: new Map() }),
  stop: async () => Promise.resolve(),
};

const endingIn = (milliseconds: number): Started['certificateManager'] => ({
  expiry: () => new Date(Date.now() + milliseconds),
});

describe('an operator', () => {
  let started: Started | undefined;
  let stopping = false;
  const health = healthOf(
    () => started,
    () => stopping,
  );

  test('is alive and not ready before it has started', () => {
    expect(health.livenessFailures()).toEqual([]);
    expect(health.readinessFailures()).toEqual(['starting']);
  });

  test('is ready with a certificate that lasts, and without one where it has no webhooks', () => {
    for (const certificateManager of [endingIn(2 * HOUR), undefined]) {
      started = { operator, certificateManager };
      expect(health.readinessFailures()).toEqual([]);
    }
  });

  test('is not ready with a certificate that ends within the hour', () => {
    started = { operator, certificateManager: endingIn(HOUR / 2) };
    expect(health.readinessFailures()).toEqual([expect.stringMatching(/^webhook serving certificate expires at 2/)]);
  });

  test('passes on what troubles it', () => {
    const troubled = { ...operator, livenessFailures: () => ['watch x stale'], readinessFailures: () => ['cache not synced'] };
    started = { operator: troubled, certificateManager: undefined };
    expect(health.livenessFailures()).toEqual(['watch x stale']);
    expect(health.readinessFailures()).toEqual(['watch x stale', 'cache not synced']);
  });

  test('is not ready while it shuts down', () => {
    started = { operator, certificateManager: undefined };
    stopping = true;
    expect(health.readinessFailures()).toEqual(['shutting down']);
  });
});
