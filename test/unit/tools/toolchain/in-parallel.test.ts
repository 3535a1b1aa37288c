import { inParallel } from '../../../../tools/toolchain/in-parallel';

test('jobs run at most so many at a time, and answer in their order', async () => {
  let running = 0;
  let most = 0;
  const jobs = [5, 1, 3, 2, 4].map(value => async () => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < value; turn += 1) await Promise.resolve();
    running -= 1;
    return value;
  });
  expect(await inParallel(2, jobs)).toEqual([5, 1, 3, 2, 4]);
  expect(most).toBe(2);
});

test('one failing job fails them all', async () => {
  const jobs = [() => Promise.resolve(1), () => Promise.reject(new Error('no network'))];
  await expect(inParallel(2, jobs)).rejects.toThrow('no network');
});
