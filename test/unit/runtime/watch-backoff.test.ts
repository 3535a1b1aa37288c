import { WatchBackoff } from '../../../src/runtime/watch-backoff';

const EXPECTED = 240_000;
const longest = (): number => 1;
const shortest = (): number => 0;

describe('WatchBackoff', () => {
  it('doubles the delay after each short watch, up to ten seconds, with or without an error', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    expect([true, false, true, false, true].map(failed => backoff.ended(10, failed))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000,
    ]);
  });

  it('adds jitter of up to half the delay', () => {
    expect(new WatchBackoff(EXPECTED, shortest).ended(0, true)).toBe(500);
  });

  it('does not delay after a regular end of a stable watch', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    [0, 0, 0].forEach(lived => backoff.ended(lived, true));
    expect(backoff.ended(240_000, false)).toBe(0);
    expect(backoff.ended(0, true)).toBe(1_000);
  });

  it('delays shortly after the failure of a stable watch', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    [0, 0, 0].forEach(lived => backoff.ended(lived, true));
    expect(backoff.ended(60_000, true)).toBe(1_000);
  });

  it('is not reset by a successful list before each failing watch', () => {
    const backoff = new WatchBackoff(EXPECTED, longest);
    expect(backoff.ended(200, true)).toBe(1_000);
    expect(backoff.ended(200, true)).toBe(2_000);
  });

  it('does not delay after the regular end of an intentionally short watch', () => {
    expect(new WatchBackoff(1_000, longest).ended(1_000, false)).toBe(0);
  });
});
