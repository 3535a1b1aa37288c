import { WatchHealth } from '../../../src/runtime/watch-health';

describe('the signs of watches', () => {
  test('show a watch that has been silent for too long, and no other', () => {
    const health = new WatchHealth();
    health.begin('dead', 0);
    health.begin('alive', 0);
    health.heartbeat('alive', 500);
    expect(health.staleWatches(1_000, 999)).toEqual([]);
    expect(health.staleWatches(1_000, 1_000)).toEqual(['dead']);
    health.heartbeat('dead', 1_000);
    expect(health.staleWatches(1_000, 1_001)).toEqual([]);
  });

  test('show what has not been listed yet', () => {
    const health = new WatchHealth();
    health.begin('one');
    health.begin('other');
    health.listed('one');
    expect(health.unlisted()).toEqual(['other']);
  });

  test('forget a watch that has ended', () => {
    const health = new WatchHealth();
    health.begin('ended', 0);
    health.end('ended');
    health.heartbeat('ended', 1);
    expect([...health.staleWatches(0, 10), ...health.unlisted()]).toEqual([]);
  });
});
