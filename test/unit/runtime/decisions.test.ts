import { Decisions } from '../../../src/runtime/decisions';
import { DeadlineExceededError, StarvedError } from '../../../src/runtime/time-limit';

/** Milliseconds, of which the first attempt has three tenths. */
const DEADLINE = 1_000;

const backtrack = (): boolean => /^(a+)+$/.test(`${'a'.repeat(60)}b`);

describe('decisions', () => {
  it('of a namespace that take too long are given up, and let others pass', async () => {
    const { decide } = new Decisions(DEADLINE);
    const order: string[] = [];
    const hostile = ['one', 'two', 'three'].map(async name =>
      decide(`hostile/${name}`, backtrack).catch((error: unknown) => {
        order.push(name);
        return error;
      }),
    );
    await hostile[0];
    const others = ['a', 'b', 'c'].map(async namespace => decide(`${namespace}/c`, () => order.push(namespace)));
    await Promise.all(others);
    expect(order).toEqual(['one', 'a', 'b', 'c']);
    for (const error of await Promise.all(hostile)) {
      expect(error instanceof DeadlineExceededError || error instanceof StarvedError).toBe(true);
    }
  });

  it('of a namespace with many take turns with those of others', async () => {
    const { decide } = new Decisions(DEADLINE);
    const order: string[] = [];
    const noting = async (name: string): Promise<number> => decide(name, () => order.push(name));
    const many = ['one', 'two', 'three', 'four'].map(async name => noting(`busy/${name}`));
    await Promise.all([...many, noting('quiet/c')]);
    expect(order.indexOf('quiet/c')).toBeLessThanOrEqual(1);
  });

  it('leave the event loop to others, however many wait and take too long', async () => {
    const { decide } = new Decisions(DEADLINE);
    const hostile = Array.from({ length: 4 }, async (_, index) =>
      decide(`hostile-${index}/c`, backtrack).catch(() => undefined),
    );
    let ticks = 0;
    const clock = setInterval(() => (ticks += 1), 10);
    await Promise.all(hostile);
    clearInterval(clock);
    expect(ticks).toBeGreaterThanOrEqual(hostile.length - 1);
  });

  it('may take a part of the time first, and all of it once the status says that they take long', async () => {
    const decisions = new Decisions(DEADLINE);
    const limit = async (): Promise<unknown> =>
      decisions
        .decide('a/c', backtrack)
        .catch((error: unknown) =>
          error instanceof DeadlineExceededError || error instanceof StarvedError ? error.milliseconds : error,
        );
    expect(await limit()).toBe(0.3 * DEADLINE);
    decisions.recordSlow('a/c');
    expect(await limit()).toBe(DEADLINE);
    decisions.forget('a/c');
    expect(await limit()).toBe(0.3 * DEADLINE);
  }, 60_000);

  it('that fail are no reason not to make the next', async () => {
    const { decide } = new Decisions(1_000);
    const error = new RangeError('no');
    await expect(
      decide('a/c', () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await decide('a/c', () => 'yes')).toBe('yes');
  });
});
