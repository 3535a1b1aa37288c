import type { Condition, NatsClusterSpec, NatsClusterStatus } from '../../../../generated/nats-cluster';
import { statusEvents } from '../../../../src/nats-cluster/status/status-events';
import { Simulation } from '../../../simulation/simulation';

const FORMER: Readonly<Record<string, string>> = {
  NameConflict: 'NameTaken',
  ApplyRejected: 'Refused',
  Recovering: 'Healing',
  Warning: 'Doubtful',
  RemotesConnected: 'Connected',
  RemotesDisconnected: 'Disconnected',
};

const former = (word: string): string => FORMER[word] ?? word;

/** The status as the release before wrote it. */
function inFormerWords({ state, message, updatedReplicas, ...status }: NatsClusterStatus): NatsClusterStatus {
  expect([typeof state, typeof message, typeof updatedReplicas]).toEqual(['string', 'string', 'number']);
  const conditions = (status.conditions ?? []).map(
    ({ type, reason = '', ...condition }): Condition => ({
      ...condition,
      type: type === 'RemotesConnected' ? 'Connected' : type,
      reason: former(reason),
      message: 'in other words',
    }),
  );
  const progressing: Condition = { type: 'Progressing', status: 'False', reason: 'Settled', message: 'nothing to do' };
  return { ...status, conditions: [...conditions, progressing] };
}

/** An operator of the release before has written the status, and ours takes over. */
function upgrade(simulation: Simulation): void {
  const { status = {} } = simulation.cluster;
  simulation.cluster = { ...simulation.cluster, status: inFormerWords(status) };
  simulation.operator.restart();
}

describe('an upgrade of the operator', () => {
  it.each<[string, Partial<NatsClusterSpec>, (simulation: Simulation) => void]>([
    ['serves', {}, () => undefined],
    ['is paused', { paused: true }, () => undefined],
    ['has an invalid spec', { size: 0 }, () => undefined],
    ['was rolled back', { version: '2.15.3-bad' }, () => undefined],
    ['has a server that crashes', {}, ({ faults }) => faults.sick.add('c-2')],
    [
      'has a Secret that is broken',
      { auth: { clientsAuthSecret: 'users' } },
      ({ faults }) => (faults.brokenUsers = true),
    ],
  ])('restarts nothing of a cluster that %s, and records no Event', (_what, change, happen) => {
    const simulation = new Simulation({ size: 3, version: '2.15.2' });
    simulation.runUntilStable();
    if (Object.keys(change).length > 0) simulation.changeSpec(change);
    happen(simulation);
    for (let round = 0; round < 60; round += 1) simulation.round();
    const pods = (): string[] => simulation.node.list().map(({ uid }) => uid);
    const [before, story, status] = [pods(), [...simulation.operator.story], simulation.cluster.status];
    upgrade(simulation);
    for (let round = 0; round < 20; round += 1) simulation.round();
    expect(pods()).toEqual(before);
    expect(simulation.operator.story).toEqual(story);
    expect(simulation.cluster.status?.state).toBe(status?.state);
    const types = (simulation.cluster.status?.conditions ?? []).map(({ type }) => type);
    expect(types).not.toContain('Progressing');
  });

  it.each<[string, 'True' | 'False', string, number]>([
    ['RemotesConnected', 'True', 'RemotesConnected', 1],
    ['RemotesConnected', 'False', 'RemotesDisconnected', 1],
    ['SecretsValid', 'True', 'Warning', 1],
    ['SecretsValid', 'False', 'Invalid', 1],
    ['ConfigApplied', 'False', 'ApplyRejected', 1],
    ['Ready', 'False', 'NameConflict', 0],
  ])('takes %s=%s %s for what it was', (type, is, reason, countOfNew) => {
    const next: NatsClusterStatus = {
      ...{ state: 'Healthy', message: '', updatedReplicas: 3, observedGeneration: 1 },
      conditions: [{ type, status: is, reason, message: 'as it is' }],
    };
    expect(statusEvents(inFormerWords(next), next)).toEqual([]);
    expect(statusEvents({ ...next, conditions: [] }, next)).toHaveLength(countOfNew);
  });
});
