import { WorkQueue } from '../../../src/controller/work-queue';

describe('the work queue', () => {
  test('tells how much is due and under way, and what does not come to an end', async () => {
    let end = (): void => undefined;
    const endless = new Promise<undefined>(resolve => (end = () => resolve(undefined)));
    const queue = new WorkQueue(async () => endless, {
      concurrency: 1,
      firstRetry: 1,
      lastRetry: 1,
      onError: () => undefined,
    });
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
  });
});
