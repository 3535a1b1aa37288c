import { blockerOf, chooseLease, isContinued, namespacesOfOthers } from '../../../src/leadership/contest';
import type { LeaseClaim, LeaseRecord } from '../../../src/leadership/lease';
import { LeaseObserver } from '../../../src/leadership/lease-observer';

const lease = (given: Partial<LeaseRecord>): LeaseRecord => ({
  namespace: 'home',
  resourceVersion: '1',
  holder: 'other',
  home: 'home',
  scope: 'cluster',
  renewedAt: 0,
  transitions: 0,
  ...given,
});

const claim: LeaseClaim = { holder: 'me', home: 'home', scope: 'cluster' };

describe('who may take a Lease', () => {
  let now: number;
  let observer: LeaseObserver;

  beforeEach(() => {
    now = 0;
    observer = new LeaseObserver(() => now);
  });

  const blocked = (own: LeaseRecord | undefined, all: readonly LeaseRecord[] = [], who = claim): boolean =>
    blockerOf(who, own, all, observer) !== undefined;

  test('anybody, where there is none or it was given up', () => {
    expect(blocked(undefined)).toBe(false);
    expect(blocked(lease({ holder: undefined }))).toBe(false);
  });

  test('its holder, as after a crash', () => {
    expect(blocked(lease({ holder: 'me' }))).toBe(false);
  });

  test('nobody else until 15 seconds after it was seen to change last, whatever its own time says', () => {
    expect(blocked(lease({}))).toBe(true);
    now = 14_000;
    expect(blocked(lease({ resourceVersion: '2' }))).toBe(true);
    now = 28_999;
    expect(blockerOf(claim, lease({ resourceVersion: '2' }), [], observer)?.remaining).toBe(1);
    now = 29_000;
    expect(blocked(lease({ resourceVersion: '2' }))).toBe(false);
  });

  test('nobody of a pod with the same name that runs elsewhere', () => {
    expect(blocked(lease({ holder: 'me', home: 'elsewhere' }))).toBe(true);
  });

  test('not an operator of all namespaces beside another one, but one of some does not care', () => {
    const rival = lease({ namespace: 'elsewhere', home: 'elsewhere' });
    expect(blocked(undefined, [rival])).toBe(true);
    expect(blocked(undefined, [rival], { ...claim, scope: 'namespace' })).toBe(false);
    expect(blocked(undefined, [lease({ namespace: 'team', scope: 'namespace' })])).toBe(false);
  });
});

describe('a namespace with an operator of its own', () => {
  test.each([
    ['half a minute after the last sign of it', 'p', 'the operator in team (pod p)', 30_000],
    ['ten seconds after it has given up its Lease', undefined, 'the operator in team', 10_000],
  ])('is left alone until %s', (_when, holder, who, limit) => {
    let now = 0;
    const observer = new LeaseObserver(() => now);
    const own = lease({ namespace: 'team', home: 'team', scope: 'namespace', holder });
    expect([...namespacesOfOthers([own], observer)]).toEqual([['team', who]]);
    now = limit - 1;
    expect(namespacesOfOthers([own], observer).size).toBe(1);
    now = limit;
    expect(namespacesOfOthers([own], observer).size).toBe(0);
  });
});

describe('whoever takes a Lease', () => {
  test.each([
    ['goes on at once where its last holder stopped a moment ago', undefined, 2_000, true],
    ['goes on at once after a crash', 'other', 17_000, true],
    ['waits until others have seen it where nobody came for a moment', undefined, 6_000, false],
    ['waits until others have seen it where there was nobody for a while', 'other', 21_000, false],
  ])('%s', (_what, holder, age, continued) => {
    expect(isContinued(lease({ holder, renewedAt: 1_000_000 }), 1_000_000 + age)).toBe(continued);
  });

  test('waits where it is the first', () => {
    expect(isContinued(undefined, 0)).toBe(false);
  });
});

describe('of the Leases of some namespaces', () => {
  const ofOther = lease({ namespace: 'a', home: 'a', scope: 'namespace' });
  const ofReplica = lease({ namespace: 'c', home: 'home', scope: 'namespace' });
  const blocked = (held: LeaseRecord) => ({ place: held.namespace, own: held, blocker: { lease: held, remaining: 1 } });
  const free = (place: string) => ({ place, own: undefined, blocker: undefined });
  const choose = (...candidates: Parameters<typeof chooseLease>[0]) =>
    chooseLease(candidates, ({ home }) => home === 'home');

  test('the first that no other operator holds is taken', () => {
    expect(choose(blocked(ofOther), free('b'), free('c'))).toEqual(free('b'));
  });

  test('none is taken while another replica leads, wherever it does', () => {
    expect(choose(free('b'), blocked(ofReplica))).toMatchObject({ lease: ofReplica });
    expect(choose(blocked(ofOther), blocked(ofReplica))).toMatchObject({ lease: ofReplica });
  });

  test('where others hold all of them, the first is told', () => {
    expect(choose(blocked(ofOther), blocked({ ...ofOther, namespace: 'b' }))).toMatchObject({ lease: ofOther });
  });
});
