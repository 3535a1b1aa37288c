import { shutOutUntil } from '../../../../src/nats-cluster/jetstream/shut-out';

const now = new Date('2026-01-01T00:10:00Z');
const removed = (removedAt: string | undefined): string | undefined =>
  shutOutUntil(
    { type: 'ScaleIn', server: 'c-5', phase: 'Removed', ...(removedAt && { removedAt }) },
    now,
  )?.toISOString();

test('a name is shut out for five minutes and a moment', () => {
  expect(removed('2026-01-01T00:09:00Z')).toBe('2026-01-01T00:14:05.000Z');
  expect(removed('2026-01-01T00:04:54Z')).toBeUndefined();
});

test('a clock that was ahead does not keep it longer', () => {
  expect(removed('2026-01-02T00:00:00Z')).toBe('2026-01-01T00:15:05.000Z');
});

test('nothing is shut out where no server was removed, or the time is none', () => {
  expect([removed(undefined), removed('soon')]).toEqual([undefined, undefined]);
});
