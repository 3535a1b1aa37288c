import { FairLimit } from '../../../src/runtime/fair-limit';

describe('a limit of what is under way', () => {
  it('is kept, and lets first what belongs to those that have the least under way', async () => {
    const limit = new FairLimit(3);
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const start = async (tenant: string): Promise<void> =>
      limit.run(tenant, async () => {
        begun.push(tenant);
        await new Promise<void>(resolve => ends.push(resolve));
      });
    const all = ['greedy', 'greedy', 'greedy', 'greedy', 'greedy', 'modest'].map(start);
    expect(begun).toEqual(['greedy', 'greedy', 'greedy']);
    ends[0]?.();
    await all[0];
    expect(begun.at(-1)).toBe('modest');
    for (let next = 1; next < all.length; next += 1) {
      ends[next]?.();
      await new Promise(resolve => setImmediate(resolve));
    }
    await Promise.all(all);
    expect(begun).toHaveLength(6);
  });

  it('has tenants take turns, however much one of them waits for', async () => {
    const limit = new FairLimit(1);
    const begun: string[] = [];
    const names = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2'];
    await Promise.all(
      names.map(async name => limit.run(name.charAt(0), async () => Promise.resolve(begun.push(name)))),
    );
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4']);
  });

  it('is free again after work that failed', async () => {
    const limit = new FairLimit(1);
    await expect(limit.run('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await limit.run('b', async () => Promise.resolve('yes'))).toBe('yes');
  });
});
