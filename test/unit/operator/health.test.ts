import { healthOf } from '../../../src/operator/health';
import type { Started } from '../../../src/operator/start';

const HOUR = 3_600_000;

const operator: Started['operator'] = {
  livenessFailures: () => [],
  readinessFailures: () => [],
  stats: () => ({ waiting: 0, running: 0, phases: new Map(), leads: false, managed: new Map() }),
  stop: async () => Promise.resolve(),
};

const expiringIn = (milliseconds: number): Started['certificateManager'] => ({
  expiry: () => new Date(Date.now() + milliseconds),
});

describe('health', () => {
  let started: Started | undefined;
  let stopping = false;
  const health = healthOf(
    () => started,
    () => stopping,
  );

  it('is live but not ready before the operator has started', () => {
    expect(health.livenessFailures()).toEqual([]);
    expect(health.readinessFailures()).toEqual(['starting']);
  });

  it('is ready with a valid certificate, and without webhooks', () => {
    for (const certificateManager of [expiringIn(2 * HOUR), undefined]) {
      started = { operator, certificateManager };
      expect(health.readinessFailures()).toEqual([]);
    }
  });

  it('is not ready with a certificate that expires within the hour', () => {
    started = { operator, certificateManager: expiringIn(HOUR / 2) };
    expect(health.readinessFailures()).toEqual([expect.stringMatching(/^webhook serving certificate expires at 2/)]);
  });

  it('includes the failures of the operator', () => {
    const failing = {
      ...operator,
      livenessFailures: () => ['watch x stale'],
      readinessFailures: () => ['cache not synced'],
    };
    started = { operator: failing, certificateManager: undefined };
    expect(health.livenessFailures()).toEqual(['watch x stale']);
    expect(health.readinessFailures()).toEqual(['watch x stale', 'cache not synced']);
  });

  it('is not ready while shutting down', () => {
    started = { operator, certificateManager: undefined };
    stopping = true;
    expect(health.readinessFailures()).toEqual(['shutting down']);
  });
});
