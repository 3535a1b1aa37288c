import { isOfReplica, nameOf, toLease, toRecord, type LeaseRecord } from '../../../src/leader-election/lease';
import { LeaseObserver } from '../../../src/leader-election/lease-observer';
import { isContinued } from '../../../src/leader-election/lease-timing';
import { type LeadershipState, LeadershipReport } from '../../../src/leader-election/leadership-state';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const MINUTE = 60_000;

const lease = (given: Partial<LeaseRecord> = {}): LeaseRecord => ({
  namespace: 'team',
  resourceVersion: '1',
  holder: 'p',
  home: 'team',
  instance: 'abc',
  scope: 'namespace',
  renewedAt: NOW,
  transitions: 0,
  ...given,
});

describe('LeaseObserver', () => {
  let now: number;
  let observer: LeaseObserver;

  beforeEach(() => {
    now = 1_000;
    observer = new LeaseObserver(
      () => now,
      () => NOW,
    );
  });

  it('measures from the first observation, regardless of renewTime', () => {
    expect(observer.unchangedFor(lease({ renewedAt: NOW - 9 * MINUTE }))).toBe(0);
    now = 15_000;
    expect(observer.unchangedFor(lease({ renewedAt: NOW - 9 * MINUTE }))).toBe(14_000);
  });

  it('restarts when the Lease changes', () => {
    observer.unchangedFor(lease());
    now = 15_000;
    expect(observer.unchangedFor(lease({ resourceVersion: '2' }))).toBe(0);
  });

  test.each([
    ['with a holder, renewed ten minutes ago', lease({ renewedAt: NOW - 10 * MINUTE - 1 }), Infinity],
    ['with a holder, renewed within ten minutes', lease({ renewedAt: NOW - 10 * MINUTE }), 0],
    ['given up a minute ago', lease({ holder: undefined, renewedAt: NOW - MINUTE - 1 }), Infinity],
    ['given up within a minute', lease({ holder: undefined, renewedAt: NOW - MINUTE }), 0],
    ['that was never renewed', lease({ renewedAt: 0 }), Infinity],
    ['from the future', lease({ renewedAt: NOW + 60 * MINUTE }), 0],
  ])('is, at first sight of one %s, as its age says', (_what, seen, unchanged) => {
    expect(observer.unchangedFor(seen)).toBe(unchanged);
  });

  it('uses the local clock once a renewal was observed, even if the holder’s clock is far behind', () => {
    observer.unchangedFor(lease({ renewedAt: NOW - 60 * MINUTE }));
    expect(observer.unchangedFor(lease({ resourceVersion: '2', renewedAt: NOW - 59 * MINUTE }))).toBe(0);
  });

  it('tracks namespaces separately, and removes deleted ones', () => {
    observer.unchangedFor(lease());
    now = 3_000;
    expect(observer.unchangedFor(lease({ namespace: 'other', resourceVersion: '7' }))).toBe(0);
    expect(observer.unchangedFor(lease())).toBe(2_000);
    observer.retain(new Set(['other']));
    expect(observer.unchangedFor(lease())).toBe(0);
  });
});

describe('a candidate for a namespace', () => {
  test.each([
    ['goes on at once where its last operator stopped a moment ago', undefined, 2_000, true],
    ['goes on at once after a crash', 'other', 17_000, true],
    ['waits until others have seen it where nobody came for a moment', undefined, 6_000, false],
    ['waits until others have seen it where there was nobody for a while', 'other', 21_000, false],
  ])('%s', (_what, holder, age, continued) => {
    expect(isContinued(lease({ holder, renewedAt: NOW }), NOW + age)).toBe(continued);
  });

  it('waits if it is the first namespaced operator', () => {
    expect(isContinued(undefined, NOW)).toBe(false);
    expect(isContinued(lease({ scope: 'cluster' }), NOW)).toBe(false);
  });
});

describe('a Lease', () => {
  it('is described by the namespace and the pod of its holder', () => {
    expect(nameOf(lease({ home: 'home' }))).toBe('the operator in home (pod p)');
    expect(nameOf(lease({ holder: undefined, home: undefined }))).toBe('the operator in team');
  });

  test.each(['two words', 'UPPER', 'a\nb', '<b>', '-a', 'a'.repeat(64), 'a.b'])(
    'is not called %j, which is no label',
    text => {
      expect(nameOf(lease({ holder: text, home: text }))).toBe('the operator in team');
    },
  );

  it('belongs to a replica with the same namespace and the same scope', () => {
    const claim = { holder: 'me', home: 'team', instance: 'abc', scope: 'namespace' } as const;
    expect(isOfReplica(lease(), claim)).toBe(true);
    expect(isOfReplica(lease({ instance: undefined }), claim)).toBe(true);
    expect(isOfReplica(lease({ instance: 'def' }), claim)).toBe(false);
    expect(isOfReplica(lease({ home: 'elsewhere' }), claim)).toBe(false);
  });

  it('round-trips', () => {
    const claim = { holder: 'p', home: 'home', instance: 'abc', scope: 'cluster' } as const;
    const written = JSON.parse(JSON.stringify(toLease(claim, undefined))) as Parameters<typeof toRecord>[0];
    const stored = { ...written, metadata: { ...written.metadata, namespace: 'home', resourceVersion: '5' } };
    expect(toRecord(stored)).toMatchObject({ ...claim, namespace: 'home', resourceVersion: '5', transitions: 0 });
  });

  it('truncates untrusted names', () => {
    const record = toRecord({
      metadata: { namespace: 'n', annotations: { 'nats.io/operator-home': 'x'.repeat(200_000) } },
      spec: { holderIdentity: 'y'.repeat(200_000), renewTime: 'never' as unknown as Date },
    });
    expect(record.home).toHaveLength(253);
    expect(record.holder).toHaveLength(253);
    expect(record.renewedAt).toBe(0);
  });
});

test('LeadershipReport reports a state once until it changes, at most ten times a minute', () => {
  let now = 0;
  const reports: LeadershipState[] = [];
  const report = new LeadershipReport(
    () => now,
    standing => reports.push(standing),
  );
  report.report({ kind: 'leading', message: 'a' });
  report.report({ kind: 'leading', message: 'a' });
  expect(reports).toHaveLength(1);
  for (let change = 0; change < 100; change += 1) report.report({ kind: 'standby', message: `b${change}` });
  expect(reports).toHaveLength(10);
  now = 60_000;
  report.report({ kind: 'leading', message: 'a' });
  expect(reports.at(-1)).toEqual({ kind: 'leading', message: 'a' });
});
