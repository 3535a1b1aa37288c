import { TearDown } from '../../cluster/support/tear-down';

describe('a tear-down', () => {
  it('takes the latest step first, and all of them though some fail', async () => {
    const tearDown = new TearDown();
    const taken: string[] = [];
    const step = (name: string, error?: Error) => async (): Promise<void> => {
      taken.push(name);
      await (error === undefined ? Promise.resolve() : Promise.reject(error));
    };
    tearDown.add(step('first'));
    tearDown.add(step('second', new Error('second failed')));
    tearDown.add(step('third', new Error('third failed')));
    await expect(tearDown.run()).rejects.toThrow('Error: third failed\nError: second failed');
    expect(taken).toEqual(['third', 'second', 'first']);
    await expect(tearDown.run()).resolves.toBeUndefined();
  });

  it('takes no step twice, whoever takes it', async () => {
    const tearDown = new TearDown();
    let times = 0;
    const take = tearDown.add(async () => Promise.resolve((times += 1)));
    await take();
    await take();
    await tearDown.run();
    expect(times).toBe(1);
  });

  it('takes a step at once that comes when all is over', async () => {
    const tearDown = new TearDown();
    await tearDown.run();
    let isTaken = false;
    tearDown.add(async () => Promise.resolve((isTaken = true)));
    expect(isTaken).toBe(true);
  });

  it('goes on with the next step where one never ends, and says so', async () => {
    const tearDown = new TearDown(20);
    let isTaken = false;
    tearDown.add(async () => Promise.resolve((isTaken = true)));
    tearDown.add(async () => new Promise(() => undefined));
    await expect(tearDown.run()).rejects.toThrow('has not ended after 0.02 s');
    expect(isTaken).toBe(true);
  });
});
