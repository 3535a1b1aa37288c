import { until } from '../../../tools/toolchain/until';
import { WorkQueue, type Work, type WorkQueueOptions } from '../../../src/runtime/work-queue';

const DEADLINE = 5_000;
const PAUSE = 100;

const tenantOf = (key: string): string => key.split('/')[0] ?? '';

function queueOf(work: Work, slots = 2, options: Partial<WorkQueueOptions> = {}): WorkQueue {
  const fail = (_key: string, error: unknown): never => {
    throw error;
  };
  const share = { slots, slowSlots: 1, slowSlotsOfTenant: 1, slowAfter: 60_000, tenantOf };
  return new WorkQueue(work, { ...share, firstRetry: 10, lastRetry: 10, pause: PAUSE, onError: fail, ...options });
}

test('reports queued, running and stuck keys', async () => {
  let end = (): void => undefined;
  const endless = new Promise<undefined>(resolve => (end = () => resolve(undefined)));
  const queue = queueOf(async () => endless, 1);
  queue.add('first');
  queue.add('second');
  expect(queue.depth()).toEqual({ waiting: 1, running: 1 });
  expect(queue.stuckFor(0)).toEqual(['first']);
  expect(queue.stuckFor(60_000)).toEqual([]);
  end();
  await endless;
  // The ends of both follow in the same turn of the event loop.
  await new Promise(resolve => setImmediate(resolve));
  expect(queue.depth()).toEqual({ waiting: 0, running: 0 });
  expect(queue.stuckFor(0)).toEqual([]);
  queue.stop();
});

test('batches events during the pause after a run', async () => {
  const begun: number[] = [];
  const queue = queueOf(() => {
    begun.push(performance.now());
    return Promise.resolve(undefined);
  });
  queue.add('a');
  expect(await until(() => begun.length === 1, DEADLINE)).toBe(true);
  for (const key of ['a', 'a', 'a']) queue.add(key);
  expect(await until(() => begun.length === 2, DEADLINE)).toBe(true);
  queue.add('a');
  expect(await until(() => begun.length === 3, DEADLINE)).toBe(true);
  const [first = 0, second = 0, third = 0] = begun;
  expect(Math.min(second - first, third - second)).toBeGreaterThan(PAUSE - 5);
  queue.stop();
});

test('processes other keys while one pauses', async () => {
  const keys: string[] = [];
  const queue = queueOf(key => {
    keys.push(key);
    return Promise.resolve(undefined);
  });
  for (const key of ['a', 'b', 'a', 'c', 'd']) queue.add(key);
  expect(await until(() => keys.length === 5, DEADLINE)).toBe(true);
  expect(keys).toEqual(['a', 'b', 'c', 'd', 'a']);
  queue.stop();
});

test('does not let a tenant with many keys delay others', async () => {
  const keys: string[] = [];
  const ends: (() => void)[] = [];
  const queue = queueOf(async key => {
    keys.push(key);
    await new Promise<void>(resolve => ends.push(resolve));
    return undefined;
  });
  for (const key of ['a/1', 'a/2', 'a/3', 'a/4', 'b/1']) queue.add(key);
  ends[0]?.();
  expect(await until(() => keys.length === 3, DEADLINE)).toBe(true);
  expect(keys).toEqual(['a/1', 'a/2', 'b/1']);
  queue.stop();
});

test('does not let slow work of one tenant occupy the slots of others', async () => {
  const keys: string[] = [];
  const queue = queueOf(
    async key => {
      keys.push(key);
      return tenantOf(key) === 'slow' ? new Promise(() => undefined) : undefined;
    },
    2,
    { slowAfter: 50 },
  );
  for (const key of ['slow/1', 'slow/2', 'slow/3', 'slow/4']) queue.add(key);
  expect(await until(() => keys.length >= 2, DEADLINE)).toBe(true);
  queue.add('quick/1');
  expect(await until(() => keys.includes('quick/1'), DEADLINE)).toBe(true);
  expect(keys).not.toContain('slow/3');
  queue.stop();
});

test('releases the slot of a waiting key, which is still not processed concurrently', async () => {
  const keys: string[] = [];
  let answer = (): void => undefined;
  const asked = new Promise<void>(resolve => (answer = resolve));
  const queue = queueOf(async (key, outside) => {
    keys.push(key);
    if (key === 'a/silent') await outside(async () => asked);
    keys.push(`${key} done`);
    return undefined;
  }, 1);
  queue.add('a/silent');
  queue.add('a/silent');
  queue.add('a/other');
  expect(await until(() => keys.includes('a/other done'), DEADLINE)).toBe(true);
  expect(keys).toEqual(['a/silent', 'a/other', 'a/other done']);
  answer();
  expect(await until(() => keys.filter(key => key === 'a/silent done').length === 2, DEADLINE)).toBe(true);
  expect(keys.slice(3)).toEqual(['a/silent done', 'a/silent', 'a/silent done']);
  queue.stop();
});

test('retries a failure after the requested delay, even if the error handler fails', async () => {
  const begun: number[] = [];
  const queue = queueOf(
    async () => {
      begun.push(performance.now());
      return Promise.reject(new Error('busy'));
    },
    1,
    {
      lastRetry: 5_000,
      onError: () => {
        if (begun.length === 2) throw new Error('nobody listens');
        return 600;
      },
    },
  );
  queue.add('a/1');
  expect(await until(() => begun.length === 3, DEADLINE)).toBe(true);
  const [first = 0, second = 0] = begun;
  expect(second - first).toBeGreaterThan(590);
  queue.stop();
});
