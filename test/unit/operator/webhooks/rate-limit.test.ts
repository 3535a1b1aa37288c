import { RateLimit } from '../../../../src/operator/webhooks/rate-limit';

test('counts the requests of each address by itself, again each second', () => {
  let now = 10_000;
  const limit = new RateLimit(2, () => now);
  expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([true, true, false, true]);
  expect([limit.allows('a'), limit.allows('b')]).toEqual([false, true]);
  now += 1_000;
  expect([limit.allows('a'), limit.take('a')]).toEqual([true, true]);
});
