import { WatchBackoff } from '../../../src/runtime/watch-backoff';

const EXPECTED = 240_000;
const longest = (): number => 1;
const shortest = (): number => 0;

describe('the wait before a watch is begun again', () => {
  it('grows with each end that comes at once, up to ten seconds, whatever way it ends', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    expect([true, false, true, false, true].map(failed => backoff.ended(10, failed))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000,
    ]);
  });

  it('has a jitter of half of it', () => {
    expect(new WatchBackoff(EXPECTED, shortest).ended(0, true)).toBe(500);
  });

  it('is none where the API server ends a watch that has lived', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    [0, 0, 0].forEach(lived => backoff.ended(lived, true));
    expect(backoff.ended(240_000, false)).toBe(0);
    expect(backoff.ended(0, true)).toBe(1_000);
  });

  it('is a short one where a watch that has lived breaks', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    [0, 0, 0].forEach(lived => backoff.ended(lived, true));
    expect(backoff.ended(60_000, true)).toBe(1_000);
  });

  it('is not reset by a list that succeeds before each watch that fails', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    expect(backoff.ended(200, true)).toBe(1_000);
    expect(backoff.ended(200, true)).toBe(2_000);
  });

  it('is none for a watch that is short on purpose', () => {
    expect(new WatchBackoff(1_000, longest).ended(1_000, false)).toBe(0);
  });
});
