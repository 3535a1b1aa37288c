import { UnresponsiveServers } from '../../../../src/nats-cluster/monitoring/unresponsive-servers';

const report = { answered: false, reason: 'timeout' } as const;

describe('a server that gives no answer', () => {
  it('is asked at growing intervals, half a minute at most', () => {
    let now = 0;
    const silent = new UnresponsiveServers(() => now);
    const intervals = [0, 0, 0, 0, 0, 0, 0].map(() => {
      const since = now;
      silent.add('u/c', report);
      while (silent.find('u/c') !== undefined) now += 100;
      return now - since;
    });
    expect(intervals).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 30_000, 30_000]);
  });

  it('is asked at once when it is another, or has answered meanwhile', () => {
    const silent = new UnresponsiveServers(() => 0);
    silent.add('u/one', report);
    expect(silent.find('u/one')).toBe(report);
    expect(silent.find('u/two')).toBeUndefined();
    silent.delete('u/one');
    expect(silent.find('u/one')).toBeUndefined();
  });
});
