import { DeadlineExceededError, StarvedError, TimeLimit } from '../../../src/runtime/time-limit';

const LIMIT = 150;

/** Takes longer than anybody waits: each further `a` doubles it. */
const backtrack = (): boolean => /^(a+)+$/.test(`${'a'.repeat(60)}b`);

/** Takes no processor time. */
const sleep = (): unknown => {
  const result = Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * LIMIT);
  return result;
};

/** The error of work that does not end in time. On a busy machine that may be the fault of others. */
function giveUp(limit: TimeLimit, work: () => unknown): unknown {
  try {
    return limit.run(LIMIT, work);
  } catch (error) {
    return error instanceof StarvedError || error instanceof DeadlineExceededError ? 'given up' : error;
  }
}

describe('work with a time limit', () => {
  const limit = new TimeLimit();

  it('gives what it returns, and throws what it throws', () => {
    const value = { of: 'the work' };
    expect(limit.run(60_000, () => value)).toBe(value);
    expect(limit.run(60_000, (): unknown => undefined)).toBeUndefined();
    const error = new TypeError('its own');
    expect(() =>
      limit.run(60_000, () => {
        throw error;
      }),
    ).toThrow(error);
  });

  it.each<[string, () => unknown]>([
    ['a regular expression that backtracks', backtrack],
    [
      'an endless loop that catches what it can',
      () => {
        for (;;) {
          try {
            backtrack();
          } catch {
            // It goes on.
          }
        }
      },
    ],
    [
      'a list searched in a list',
      () => {
        const list = Array.from({ length: 300_000 }, (_, index) => index);
        return list.filter(item => list.includes(-item - 1));
      },
    ],
  ])('ends %s', (_what, work) => {
    const since = performance.now();
    expect(giveUp(limit, work)).toBe('given up');
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(limit.run(60_000, () => 'goes on')).toBe('goes on');
  });

  it('is not to blame when it was given no processor time', () => {
    expect(() => new TimeLimit().run(LIMIT, sleep)).toThrow(StarvedError);
  });
});
