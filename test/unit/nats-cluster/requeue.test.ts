import { requeueAfter, untilConnected, untilQuorum } from '../../../src/nats-cluster/requeue';
import type { NextStep } from '../../../src/nats-cluster/rollout/next-step';
import { membersOf, type Server } from './rollout/servers';

const settled: NextStep = { kind: 'settled' };
const good: Server = {};

test.each<[string, Server[], number]>([
  ['all is well', [good, good], 300_000],
  ['routes are forming, which sends no event', [good, { unroutedTo: [1] }], 250],
  [
    'routes did not form for long',
    [
      { ...good, minutes: 9 },
      { unroutedTo: [1], minutes: 9 },
    ],
    15_000,
  ],
  ['a server that was made ready does not answer yet', [good, { answers: false }], 2_000],
  [
    'a server has not answered for long',
    [
      { ...good, minutes: 9 },
      { answers: false, minutes: 9 },
    ],
    15_000,
  ],
  ['a server starts, of which the kubelet tells', [good, { ready: false }], 15_000],
])('the next look comes in due time where %s', (_what, servers, milliseconds) => {
  expect(requeueAfter(membersOf(servers), settled, false)).toBe(milliseconds);
});

test('a name that is not free is asked for again soon', () => {
  expect(requeueAfter(membersOf([good]), settled, true)).toBe(2_000);
});

test('a step under way is not left for long', () => {
  expect(requeueAfter(membersOf([good]), { kind: 'wait', why: 'c-2 is shutting down' }, false)).toBe(15_000);
});

test('checks remotes soon after a change, and regularly afterwards', () => {
  const named = { gateways: ['west'], remotes: 0, routes: false };
  const missing = [{ server: 'c-1', kind: 'gateways', what: 'has no gateway to west' } as const];
  expect(untilConnected(undefined)).toBe(Infinity);
  expect(untilConnected({ named, known: true, missing, young: true })).toBe(2_000);
  expect(untilConnected({ named, known: true, missing, young: false })).toBe(5_000);
  expect(untilConnected({ named, known: true, missing: [], young: true })).toBe(60_000);
});

describe('while JetStream may be what a step waits for', () => {
  const waiting: NextStep = { kind: 'wait', why: 'stream ORDERS of account A has 2 of 3 replicas current' };
  const ages = (milliseconds: number) => new Map([['JetStream without c-1', milliseconds]]);

  test.each<[string, number]>([
    ['soon, as replicas catch up', untilQuorum(membersOf([good, good]), waiting, ages(0))],
    ['soon for a minute', untilQuorum(membersOf([good, good]), waiting, ages(59_999))],
  ])('it is checked %s', (_what, milliseconds) => {
    expect(milliseconds).toBe(1_000);
  });

  test('it is checked less often after that', () => {
    expect(untilQuorum(membersOf([good, good]), waiting, ages(60_000))).toBe(5_000);
  });

  test.each<[string, number]>([
    ['nothing waits', untilQuorum(membersOf([good]), settled, ages(0))],
    ['a server starts, of which the kubelet tells', untilQuorum(membersOf([good, { ready: false }]), waiting, ages(0))],
    ['there is none', untilQuorum(membersOf([good]), waiting, new Map([['c-1', 0]]))],
  ])('it is not checked for its own sake where %s', (_what, milliseconds) => {
    expect(milliseconds).toBe(Infinity);
  });
});
