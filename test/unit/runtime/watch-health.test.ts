import { WatchHealth } from '../../../src/runtime/watch-health';

describe('the signs of watches', () => {
  test('show a watch that has been silent for too long, and no other', () => {
    const signs = new WatchHealth();
    signs.begin('dead', 0);
    signs.begin('alive', 0);
    signs.sign('alive', 500);
    expect(signs.silentFor(1_000, 999)).toEqual([]);
    expect(signs.silentFor(1_000, 1_000)).toEqual(['dead']);
    signs.sign('dead', 1_000);
    expect(signs.silentFor(1_000, 1_001)).toEqual([]);
  });

  test('show what has not been listed yet', () => {
    const signs = new WatchHealth();
    signs.begin('one');
    signs.begin('other');
    signs.listed('one');
    expect(signs.unlisted()).toEqual(['other']);
  });

  test('forget a watch that has ended', () => {
    const signs = new WatchHealth();
    signs.begin('ended', 0);
    signs.end('ended');
    signs.sign('ended', 1);
    expect([...signs.silentFor(0, 10), ...signs.unlisted()]).toEqual([]);
  });
});
