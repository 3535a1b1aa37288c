import { until } from '../../../scripts/cluster/until';
import { WorkQueue, type Work } from '../../../src/controller/work-queue';

const DEADLINE = 5_000;
const PAUSE = 100;

function queueOf(work: Work, concurrency = 2): WorkQueue {
  const fail = (_key: string, error: unknown): void => {
    throw error;
  };
  return new WorkQueue(work, { concurrency, firstRetry: 10, lastRetry: 10, pause: PAUSE, onError: fail });
}

test('it tells how much is due and under way, and what does not come to an end', async () => {
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

test('events that come in a row are worked on once, when the pause after the last work is over', async () => {
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

test('while one key pauses, others are worked on', async () => {
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
