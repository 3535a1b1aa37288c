import { healthOf } from '../../../src/operator/health';
import type { Started } from '../../../src/operator/start';

const HOUR = 3_600_000;

const operator: Started['operator'] = {
  unhealthy: () => [],
  unready: () => [],
  facts: () => ({ waiting: 0, running: 0, phases: new Map(), leads: false, managed: new Map() }),
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
    expect(health.unhealthy()).toEqual([]);
    expect(health.unready()).toEqual(['it is being started']);
  });

  test('is ready with a certificate that lasts, and without one where it has no webhooks', () => {
    for (const certificateManager of [endingIn(2 * HOUR), undefined]) {
      started = { operator, certificateManager };
      expect(health.unready()).toEqual([]);
    }
  });

  test('is not ready with a certificate that ends within the hour', () => {
    started = { operator, certificateManager: endingIn(HOUR / 2) };
    expect(health.unready()).toEqual([expect.stringMatching(/^the certificate of the webhooks ends at 2/)]);
  });

  test('passes on what troubles it', () => {
    const troubled = { ...operator, unhealthy: () => ['a watch is dead'], unready: () => ['not all is known'] };
    started = { operator: troubled, certificateManager: undefined };
    expect(health.unhealthy()).toEqual(['a watch is dead']);
    expect(health.unready()).toEqual(['a watch is dead', 'not all is known']);
  });

  test('is not ready any more when it is being stopped', () => {
    started = { operator, certificateManager: undefined };
    stopping = true;
    expect(health.unready()).toEqual(['it is being stopped']);
  });
});
