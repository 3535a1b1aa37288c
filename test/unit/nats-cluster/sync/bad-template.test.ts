import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { expectConverged, expectWaitingRollout } from '../../../simulation/convergence';
import { part } from '../../../simulation/objects';
import { serverOf } from '../../../simulation/pod';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';

const good: NatsClusterSpec = { size: 3, version: '2.15.2' };
const bad: NatsClusterSpec = { version: '2.15.3-bad' };

const settled = (spec: NatsClusterSpec = good): Simulation => Simulation.stable(spec);

const images = ({ node }: Simulation): string[] => node.list().map(({ template }) => serverOf(template).image);
const isBad = (image: string): boolean => image.includes('bad');
const strategy = ({ api }: Simulation): unknown => part(api.get('StatefulSet', 'c'), 'spec', 'updateStrategy').type;

function lose(simulation: Simulation, ...names: string[]): void {
  for (const name of names) simulation.node.terminate(name);
}

/** Rounds, in each of which at most one server may have the bad version, and OnDelete may stand for no more than one pod. */
function rounds(simulation: Simulation, count: number): void {
  for (let round = 0; round < count; round += 1) {
    simulation.round();
    expect(images(simulation).filter(isBad).length).toBeLessThanOrEqual(1);
  }
}

function expectGood(simulation: Simulation): void {
  expect(images(simulation)).toEqual(
    ['nats:2.15.2', 'nats:2.15.2', 'nats:2.15.2'].slice(0, simulation.cluster.spec?.size),
  );
  expect(simulation.node.list().every(pod => simulation.node.serves(pod))).toBe(true);
  expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({ reason: 'RolloutFailed' });
  expect(strategy(simulation)).toBe('RollingUpdate');
}

describe('a bad version', () => {
  it('spreads to no other server when it came while a server was failing, and others are lost afterwards', () => {
    const simulation = settled();
    simulation.faults.sick.add('c-1');
    simulation.runUntilStable();
    simulation.changeSpec(bad);
    rounds(simulation, 3);
    simulation.recover();
    rounds(simulation, 2);
    lose(simulation, 'c-3');
    rounds(simulation, 4);
    lose(simulation, 'c-2');
    rounds(simulation, 10);
    simulation.runUntilStable();
    expectGood(simulation);
  });

  it('spreads to no other server when it came while a quota kept a pod away, and another is lost afterwards', () => {
    const simulation = settled();
    simulation.faults.refused.add('c-1');
    lose(simulation, 'c-1');
    rounds(simulation, 30);
    simulation.changeSpec(bad);
    rounds(simulation, 30);
    expect(images(simulation).filter(isBad)).toEqual([]);
    expect(strategy(simulation)).toBe('RollingUpdate');
    simulation.recover();
    rounds(simulation, 1);
    lose(simulation, 'c-3');
    rounds(simulation, 20);
    simulation.runUntilStable();
    expectGood(simulation);
  });

  it('spreads to no other server when the server that tries it fails and all others are lost', () => {
    const simulation = settled({ ...good, size: 2 });
    simulation.changeSpec(bad);
    while (!images(simulation).some(isBad)) rounds(simulation, 1);
    lose(simulation, 'c-1');
    rounds(simulation, 20);
    simulation.runUntilStable();
    expectGood(simulation);
  });

  it('spreads to no other server when all servers are lost, and a quota keeps them away for long', () => {
    const simulation = settled();
    for (const name of ['c-1', 'c-2', 'c-3']) simulation.faults.refused.add(name);
    lose(simulation, 'c-1', 'c-2', 'c-3');
    simulation.runUntilStable();
    simulation.changeSpec(bad);
    simulation.runUntilStable();
    simulation.recover();
    rounds(simulation, 20);
    simulation.runUntilStable();
    expectGood(simulation);
  });

  it('spreads to no other server when all servers crash in their environment', () => {
    const simulation = settled();
    for (const name of ['c-1', 'c-2', 'c-3']) simulation.faults.sick.add(name);
    simulation.runUntilStable();
    simulation.changeSpec(bad);
    rounds(simulation, 20);
    simulation.recover();
    rounds(simulation, 20);
    simulation.runUntilStable();
    expectGood(simulation);
  });
});

it('lets OnDelete stand for the deletion of one pod, and no longer', () => {
  const simulation = settled();
  simulation.faults.sick.add('c-1');
  simulation.runUntilStable();
  const sick = simulation.node.pods.get('c-1')?.uid;
  simulation.changeSpec({ version: '2.14.9' });
  while (strategy(simulation) !== 'OnDelete') simulation.round();
  simulation.round();
  simulation.round();
  simulation.round();
  expect(simulation.node.pods.get('c-1')?.uid).not.toBe(sick);
  expect(strategy(simulation)).toBe('RollingUpdate');
});

it('ends OnDelete when another server is lost at that moment, which comes back from the last good template', () => {
  const simulation = settled();
  simulation.faults.sick.add('c-1');
  simulation.runUntilStable();
  simulation.changeSpec(bad);
  while (strategy(simulation) !== 'OnDelete') simulation.round();
  lose(simulation, 'c-3');
  simulation.operate();
  expect(strategy(simulation)).toBe('RollingUpdate');
});

it('continues from an unused OnDelete, as an older operator may have left it', () => {
  const simulation = settled();
  simulation.edit('StatefulSet', 'c', object => ({
    ...object,
    spec: { ...part(object, 'spec'), updateStrategy: { type: 'OnDelete' } },
  }));
  simulation.runUntilStable();
  expect(strategy(simulation)).toBe('RollingUpdate');
});

it('gives a server whose pod its template keeps from being let in the fixed one before those that serve', () => {
  const simulation = settled();
  lose(simulation, 'c-1');
  simulation.faults.forbidden = true;
  simulation.runUntilStable();
  expect(images(simulation)).toHaveLength(2);
  simulation.changeSpec({ template: { spec: { priorityClassName: 'high' } } });
  simulation.runUntilStable();
  expectConverged(simulation);
});

it('waits for a server that only a quota keeps away, rather than take another one down', () => {
  const simulation = settled();
  simulation.faults.refused.add('c-1');
  lose(simulation, 'c-1');
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expect(images(simulation)).toEqual(['nats:2.15.2', 'nats:2.15.2']);
  expectWaitingRollout(simulation);
  simulation.recover();
  simulation.runUntilStable();
  expectConverged(simulation);
});

describe('a template that failed for what may pass', () => {
  const minutes = (count: number): number => count * 60_000;

  /** A cluster whose registry did not answer when the first server was to be upgraded. */
  function failed(): Simulation {
    const simulation = settled();
    simulation.faults.registryDown = true;
    simulation.changeSpec({ version: '2.14.9' });
    rounds(simulation, 20);
    expectGood(simulation);
    return simulation;
  }

  it('is tried again after a while, and announced', () => {
    const simulation = failed();
    simulation.faults.registryDown = false;
    simulation.time += minutes(4);
    rounds(simulation, 5);
    expectGood(simulation);
    simulation.time += minutes(1);
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(simulation.events).toContain(
      'RetryingRollout: Retrying the update, attempt 2 of 6; in the last one c-3 failed (container nats: ImagePullBackOff)',
    );
    expect(part(simulation.api.get('StatefulSet', 'c'), 'metadata', 'annotations')).not.toHaveProperty([
      'nats.io/failed-pod-template-hash',
    ]);
  });

  it('is tried six times at growing intervals, by one server at a time, and then no more', () => {
    const simulation = failed();
    const attempts: number[] = [];
    for (let minute = 0; minute < 480; minute += 5) {
      simulation.time += minutes(5);
      rounds(simulation, 1);
      if (images(simulation).length < 3) {
        attempts.push(minute);
        rounds(simulation, 20);
      }
    }
    expect(attempts).toHaveLength(5);
    expectGood(simulation);
    expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({
      message: expect.stringContaining('(the last of 6 attempts)') as unknown,
    });
  });

  it('is not tried again while a server is down', () => {
    const simulation = failed();
    simulation.faults.sick.add('c-1');
    rounds(simulation, 5);
    simulation.time += minutes(10);
    rounds(simulation, 10);
    expect(simulation.events.filter(event => event.startsWith('RetryingRollout'))).toEqual([]);
  });

  it('is tried again at once with the next spec', () => {
    const simulation = failed();
    simulation.faults.registryDown = false;
    simulation.changeSpec({ version: '2.12.15' });
    simulation.runUntilStable();
    expectConverged(simulation);
  });
});

it('does not retry a configuration that servers reject', () => {
  const simulation = settled();
  simulation.changeSpec({ natsConfig: { extra: { server_tags: ['broken'] } } });
  simulation.runUntilStable();
  simulation.time += 24 * 3_600_000;
  simulation.runUntilStable();
  expectGood(simulation);
  expect(simulation.events.filter(event => event.startsWith('RetryingRollout'))).toEqual([]);
});

it('takes the fixed template at once where none ever worked', () => {
  const simulation = new Simulation({ ...good, ...bad });
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.15.4-bad' });
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expectConverged(simulation);
});
