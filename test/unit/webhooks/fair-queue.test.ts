import { FairQueue } from '../../../src/webhooks/fair-queue';

/** Work that ends when it is told to. */
class Works {
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  make(name: string): () => Promise<void> {
    return async () => {
      this.begun.push(name);
      await new Promise<void>(resolve => this.#ends.push(resolve));
    };
  }

  async endOne(): Promise<void> {
    this.#ends.shift()?.();
    await new Promise(setImmediate);
  }
}

test('runs so many at a time, and the next when one ends', async () => {
  const [queue, works] = [new FairQueue(2), new Works()];
  for (const name of ['a', 'b', 'c']) queue.add('one', works.make(name));
  expect(works.begun).toEqual(['a', 'b']);
  await works.endOne();
  expect(works.begun).toEqual(['a', 'b', 'c']);
});

test('a key with much to do waits behind one with little', async () => {
  const [queue, works] = [new FairQueue(1), new Works()];
  for (const name of ['a1', 'a2', 'a3', 'a4']) queue.add('a', works.make(name));
  for (const name of ['b1', 'b2']) queue.add('b', works.make(name));
  for (let count = 0; count < 6; count += 1) await works.endOne();
  expect(works.begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4']);
});
