import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../../../tools/toolchain/lock';

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('a lock', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lock-'))));
  afterAll(() => rm(folder, { recursive: true }));

  test('lets one piece of work at a time through, whoever asks', async () => {
    const events: string[] = [];
    const work = (name: string) =>
      withLock(
        join(folder, 'one'),
        () => undefined,
        async () => {
          events.push(`${name} begins`);
          await new Promise(setImmediate);
          events.push(`${name} ends`);
        },
      );
    await Promise.all([work('a'), work('b')]);
    const [first] = (events[0] ?? '').split(' ');
    expect(events.slice(0, 2)).toEqual([`${first} begins`, `${first} ends`]);
    expect(events).toHaveLength(4);
  });

  test('is free again after work that failed, and hands on its error', async () => {
    const file = join(folder, 'two');
    await expect(
      withLock(
        file,
        () => undefined,
        () => Promise.reject(new Error('disk full')),
      ),
    ).rejects.toThrow('disk full');
    await expect(
      withLock(
        file,
        () => undefined,
        () => Promise.resolve('free'),
      ),
    ).resolves.toBe('free');
  });
});
