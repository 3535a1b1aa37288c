import type { NatsClusterStatus } from '../../../../generated/nats-cluster';
import { statusEvents } from '../../../../src/nats-cluster/status/status-events';

type Shown = Readonly<Record<string, readonly ['True' | 'False', string]>>;

const status = (conditions: Shown): NatsClusterStatus => ({
  conditions: Object.entries(conditions).map(([type, [is, reason]]) => ({
    ...{ type, status: is, reason, message: `${type} ${reason}` },
  })),
});

const reasons = (before: NatsClusterStatus | undefined, now: Shown): string[] =>
  statusEvents(before, status(now)).map(({ reason }) => reason);

const newCluster: Shown = {
  Ready: ['False', 'ServersNotReady'],
  ConfigApplied: ['False', 'Pending'],
  SpecValid: ['True', 'Valid'],
  Paused: ['False', 'NotPaused'],
};

test('what a new cluster starts with is no news', () => {
  expect(reasons(undefined, newCluster)).toEqual([]);
});

test('what stays is no news', () => {
  expect(reasons(status(newCluster), newCluster)).toEqual([]);
});

test('a new cluster whose spec is invalid is news', () => {
  expect(reasons(undefined, { ...newCluster, SpecValid: ['False', 'Invalid'] })).toEqual(['SpecInvalid']);
});

test.each<[string, Shown, string]>([
  ['becomes ready', { Ready: ['True', 'AllServersReady'] }, 'Ready'],
  ['is paused', { Paused: ['True', 'PausedBySpec'] }, 'Paused'],
  ['has an invalid spec', { SpecValid: ['False', 'Invalid'] }, 'SpecInvalid'],
  ['goes back to the last good configuration', { ConfigApplied: ['False', 'RolloutFailed'] }, 'RolloutFailed'],
])('it is told that a cluster %s', (_what, change, reason) => {
  expect(reasons(status(newCluster), { ...newCluster, ...change })).toEqual([reason]);
});

describe('Ready and NotReady', () => {
  const serving = { ...newCluster, Ready: ['True', 'AllServersReady'] } as const;
  const behind = { ...newCluster, Ready: ['False', 'RollingUpdate'] } as const;

  it('are emitted when servers stop and start to serve', () => {
    expect(reasons(status(serving), newCluster)).toEqual(['NotReady']);
    expect(reasons(status(behind), newCluster)).toEqual(['NotReady']);
    expect(reasons(status(newCluster), behind)).toEqual(['Ready']);
  });

  it('are not emitted when servers that serve run an earlier spec for a while', () => {
    expect(reasons(status(serving), behind)).toEqual([]);
    expect(reasons(status(behind), serving)).toEqual([]);
  });
});

test('reports that a rollout is complete', () => {
  const rolling = status({ ...newCluster, ConfigApplied: ['False', 'RollingUpdate'] });
  expect(reasons(rolling, { ...newCluster, ConfigApplied: ['True', 'Applied'] })).toEqual(['RolloutComplete']);
});

test('a cluster that just came up has completed no roll', () => {
  const starting = status({ ...newCluster, ConfigApplied: ['False', 'Starting'] });
  expect(reasons(starting, { ...newCluster, ConfigApplied: ['True', 'Applied'] })).toEqual([]);
});

test("the Go operator's conditions are as good as none", () => {
  const legacy = { conditions: [{ type: 'Ready', reason: 'x' }] } as NatsClusterStatus;
  expect(reasons(legacy, newCluster)).toEqual([]);
});
