import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { expectConverged } from '../../../simulation/convergence';
import { condition } from '../../../simulation/invariant-checker';
import { part } from '../../../simulation/objects';
import { Simulation } from '../../../simulation/simulation';
import { SimulatedStreams } from '../../../simulation/streams';

const spec: NatsClusterSpec = { version: '2.15.2', size: 5, jetstream: { fileStorage: { size: '1Gi' } } };

const three = ['c-1', 'c-2', 'c-3'];

/** A cluster of five servers, of which the last two have something. */
function cluster(
  streams: Record<string, readonly string[]> = { R1: ['c-5'], R3: ['c-3', 'c-4', 'c-5'], HOME: three },
  change: NatsClusterSpec = {},
): { simulation: Simulation; streams: SimulatedStreams } {
  const simulation = new Simulation({ ...spec, ...change });
  const simulated = new SimulatedStreams({}, simulation);
  simulation.node.streams = simulated;
  simulation.runUntilStable();
  for (const [name, peers] of Object.entries(streams)) simulated.create(name, ...peers);
  return { simulation, streams: simulated };
}

const names = ({ node }: Simulation): string[] => node.list().map(({ name }) => name);

const reasonsOf = ({ operator }: Simulation, from: number): string[] =>
  operator.story.slice(from).map(line => line.split(/[ :]/)[1] ?? '');

function rounds(simulation: Simulation, until: () => boolean): void {
  for (let round = 0; round < 100; round += 1) {
    if (until()) return;
    simulation.round();
  }
  throw new Error(JSON.stringify(simulation.cluster.status, undefined, 1));
}

const phaseOf = ({ cluster: { status } }: Simulation): string | undefined => status?.operation?.phase;

describe('fewer servers with JetStream', () => {
  test('that come back have no lost volume where their claims were deleted with them', () => {
    const { simulation } = cluster();
    simulation.changeSpec({ size: 4 });
    simulation.runUntilStable();
    simulation.node.claims.delete('jetstream-c-5');
    simulation.runUntilStable();
    simulation.time += 600_000;
    simulation.changeSpec({ size: 5 });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(simulation.cluster.status?.jetstream?.servers).toHaveLength(5);
    expect(simulation.operator.story.join('\n')).not.toContain('VolumeLost');
  });

  test('are removed when all have got their volumes, before which the StatefulSet controller removes none', () => {
    const simulation = Simulation.stable({ size: 5, version: '2.15.2' });
    simulation.node.streams = new SimulatedStreams({}, simulation);
    simulation.changeSpec({ size: 3, jetstream: { fileStorage: { size: '1Gi' } } });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(names(simulation)).toEqual(three);
  });

  test('are evacuated and removed one after the other, from the highest ordinal', () => {
    const { simulation, streams } = cluster();
    const from = simulation.operator.story.length;
    simulation.changeSpec({ size: 3 });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(names(simulation)).toEqual(three);
    expect([...streams.members].sort()).toEqual(three);
    expect(streams.peersOf('R3')).toEqual(three);
    expect(streams.requests).toEqual(['evacuate c-5', 'remove-peer c-5', 'evacuate c-4', 'remove-peer c-4']);
    const once = ['Evacuating', 'Evacuated', 'ScalingDown', 'PeerRemoved'];
    expect(reasonsOf(simulation, from).filter(reason => once.includes(reason))).toEqual([...once, ...once]);
  });

  test('of releases before 2.15 are left by one stream after the other', () => {
    const { simulation, streams } = cluster({ A: ['c-5'], B: ['c-5'], C: ['c-4'] }, { version: '2.12.15' });
    simulation.changeSpec({ size: 4 });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(streams.requests).toEqual(['move A', 'move B', 'remove-peer c-5']);
  });

  test('are said to be evacuated, and by which server', () => {
    const { simulation, streams } = cluster();
    streams.isStuck = true;
    simulation.changeSpec({ size: 3 });
    rounds(simulation, () => streams.requests.length > 0);
    simulation.round();
    simulation.round();
    const { status } = simulation.cluster;
    expect(status?.operation).toMatchObject({ type: 'ScaleIn', server: 'c-5', phase: 'Evacuating' });
    expect(condition(status, 'Reconciling')).toMatchObject({
      reason: 'ScalingDown',
      message: 'Scaling down to 3 servers: 2 streams have to leave c-5, such as stream R1 of account A',
    });
    expect(names(simulation)).toHaveLength(5);
  });

  test('name why a request failed, and are asked again', () => {
    const { simulation, streams } = cluster();
    streams.failures.push('evacuate c-5: Authorization Violation');
    simulation.changeSpec({ size: 4 });
    rounds(simulation, () => JSON.stringify(simulation.cluster.status?.conditions).includes('Violation'));
    expect(names(simulation)).toHaveLength(5);
    simulation.runUntilStable();
    expect(names(simulation)).toHaveLength(4);
    expect(streams.requests).toEqual(['evacuate c-5', 'evacuate c-5', 'remove-peer c-5']);
  });

  test('stay where a stream has more replicas than there would be servers', () => {
    const { simulation, streams } = cluster({ WIDE: ['c-1', 'c-2', 'c-3', 'c-4', 'c-5'] });
    simulation.changeSpec({ size: 3 });
    simulation.runUntilStable();
    expect(condition(simulation.cluster.status, 'Stalled')).toMatchObject({
      reason: 'ScaleBlocked',
      message: expect.stringContaining('stream WIDE of account A has 5') as string,
    });
    expect(streams.requests).toEqual([]);
    expect(names(simulation)).toHaveLength(5);
  });

  test('stay when the size is set back, and moves are taken back', () => {
    const { simulation, streams } = cluster();
    streams.isStuck = true;
    simulation.changeSpec({ size: 3 });
    rounds(simulation, () => streams.requests.length > 0);
    simulation.changeSpec({ size: 5 });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(streams.requests).toEqual(['evacuate c-5', 'cancel R1', 'cancel R3']);
    expect(streams.peersOf('R1')).toEqual(['c-5']);
    expect(simulation.cluster.status?.operation).toBeUndefined();
  });

  test('are not stopped while a stream has just been created on one', () => {
    const { simulation, streams } = cluster();
    simulation.changeSpec({ size: 4 });
    rounds(simulation, () => phaseOf(simulation) === 'Evacuated');
    streams.create('LATE', 'c-5');
    simulation.runUntilStable();
    expect(streams.peersOf('LATE')).not.toContain('c-5');
    expect(names(simulation)).toHaveLength(4);
  });

  test('are not removed by somebody else before they are empty', () => {
    const { simulation, streams } = cluster();
    streams.isStuck = true;
    simulation.changeSpec({ size: 4 });
    rounds(simulation, () => streams.requests.length > 0);
    simulation.edit('StatefulSet', 'c', set => ({ ...set, spec: { ...part(set, 'spec'), replicas: 4 } }));
    for (let round = 0; round < 5; round += 1) simulation.round();
    expect(names(simulation)).toHaveLength(5);
    streams.isStuck = false;
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(streams.peersOf('R1')).not.toContain('c-5');
  });

  test('that never came up are removed without a wait', () => {
    const { simulation, streams } = cluster({ R3: three }, { size: 3 });
    simulation.faults.sick.add('c-4');
    simulation.changeSpec({ size: 4 });
    simulation.runUntilStable();
    expect(names(simulation)).toContain('c-4');
    streams.members.delete('c-4');
    simulation.changeSpec({ size: 3 });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(streams.requests).toEqual([]);
  });

  test('of a cluster that cannot have the user stay, which says what to do', () => {
    const { simulation, streams } = cluster({}, { natsConfig: { extra: { no_system_account: true } } });
    simulation.changeSpec({ size: 3 });
    simulation.runUntilStable();
    expect(condition(simulation.cluster.status, 'Stalled')).toMatchObject({
      reason: 'ScaleBlocked',
      message: expect.stringMatching(
        /natsConfig.extra turns the system account off; move all streams .*peer-remove/,
      ) as string,
    });
    expect([names(simulation).length, streams.requests.length]).toEqual([5, 0]);
  });
});

describe('more servers with JetStream', () => {
  test('wait until one of their names may join again', () => {
    const { simulation } = cluster();
    simulation.changeSpec({ size: 4 });
    rounds(simulation, () => phaseOf(simulation) === 'Removed');
    simulation.changeSpec({ size: 5 });
    for (let round = 0; round < 20; round += 1) simulation.round();
    expect(names(simulation)).toHaveLength(4);
    expect(condition(simulation.cluster.status, 'Reconciling')).toMatchObject({
      reason: 'ScalingUp',
      message: expect.stringContaining('do not take one of the name of a removed one for five minutes') as string,
    });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(names(simulation)).toHaveLength(5);
  });
});

test.each(Array.from({ length: 15 }, (_, index) => index * 2))(
  'an operator that is stopped in round %i, and knows nothing when it starts, goes on',
  stop => {
    const { simulation, streams } = cluster();
    simulation.changeSpec({ size: 3 });
    for (let round = 0; round < stop; round += 1) simulation.round();
    for (let turn = 0; turn < 3; turn += 1) {
      simulation.operate({ age: 0, writes: turn % 2 });
      simulation.operator.restart();
      simulation.round();
    }
    simulation.runUntilStable();
    expectConverged(simulation);
    expect([...streams.members].sort()).toEqual(three);
    for (const name of ['R1', 'R3', 'HOME']) expect(three).toEqual(expect.arrayContaining(streams.peersOf(name)));
  },
);
