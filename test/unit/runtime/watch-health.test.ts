import { WatchHealth } from '../../../src/runtime/watch-health';

describe('WatchHealth', () => {
  it('reports only watches without a recent heartbeat as stale', () => {
    const health = new WatchHealth();
    health.begin('dead', 0);
    health.begin('alive', 0);
    health.heartbeat('alive', 500);
    expect(health.staleWatches(1_000, 999)).toEqual([]);
    expect(health.staleWatches(1_000, 1_000)).toEqual(['dead']);
    health.heartbeat('dead', 1_000);
    expect(health.staleWatches(1_000, 1_001)).toEqual([]);
  });

  it('reports watches without a complete list', () => {
    const health = new WatchHealth();
    health.begin('one');
    health.begin('other');
    health.listed('one');
    expect(health.unlisted()).toEqual(['other']);
  });

  it('removes a watch that has ended', () => {
    const health = new WatchHealth();
    health.begin('ended', 0);
    health.end('ended');
    health.heartbeat('ended', 1);
    expect([...health.staleWatches(0, 10), ...health.unlisted()]).toEqual([]);
  });
});
