import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { expectConverged, expectWaitingRollout } from '../../../simulation/convergence';
import { FORBIDDEN_PRIORITY_CLASS, isUp } from '../../../simulation/node';
import { part } from '../../../simulation/objects';
import { serverOf } from '../../../simulation/pod';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';

const good = { size: 3, version: '2.15.2' };

const settled = (spec: NatsClusterSpec = good): Simulation => Simulation.stable(spec);

/** Rounds until something is so. */
function until(simulation: Simulation, isSo: () => boolean): void {
  for (let round = 0; round < 100; round += 1) {
    if (isSo()) return;
    simulation.round();
  }
  throw new Error('it never came to that');
}

const images = ({ node }: Simulation): string[] => node.list().map(({ template }) => serverOf(template).image);

test('a new cluster comes up with all its servers at once', () => {
  const simulation = settled();
  expectConverged(simulation);
});

test('a second look at a converged cluster writes nothing', () => {
  const simulation = settled();
  expect(simulation.operate()).toBe(false);
});

test('a new version replaces the servers from the last to the first', () => {
  const simulation = settled();
  const seen: string[][] = [];
  simulation.changeSpec({ version: '2.14.9' });
  until(simulation, () => {
    seen.push(images(simulation));
    return images(simulation).every(image => image === 'nats:2.14.9') && simulation.node.list().length === 3;
  });
  const whole = seen.filter(each => each.length === 3).map(each => each.map(image => image === 'nats:2.14.9'));
  expect(whole).toContainEqual([false, false, true]);
  expect(whole).toContainEqual([false, true, true]);
  expect(whole).not.toContainEqual([true, false, false]);
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('the version in the status is the old one until the last server has been replaced', () => {
  const simulation = settled();
  simulation.changeSpec({ version: '2.14.9' });
  until(simulation, () => {
    const done = images(simulation).every(image => image === 'nats:2.14.9') && simulation.node.list().length === 3;
    if (!done) expect(simulation.cluster.status?.currentVersion).toBe('2.15.2');
    return done;
  });
  simulation.runUntilStable();
  expect(simulation.cluster.status?.currentVersion).toBe('2.14.9');
});

test('a spec changed in the middle of a roll is the one that the servers come to', () => {
  const simulation = settled();
  simulation.changeSpec({ version: '2.14.9' });
  until(simulation, () => images(simulation).includes('nats:2.14.9'));
  simulation.changeSpec({ version: '2.12.15' });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a cluster scales up at once, and down one server after the other', () => {
  const simulation = settled();
  simulation.changeSpec({ size: 5 });
  simulation.runUntilStable();
  expectConverged(simulation);
  simulation.changeSpec({ size: 3 });
  until(simulation, () => simulation.node.list().length === 4);
  expect(simulation.node.list().filter(({ terminating }) => terminating)).toHaveLength(0);
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('servers that join in the middle of a roll come with the new version', () => {
  const simulation = settled();
  simulation.changeSpec({ version: '2.14.9' });
  until(simulation, () => images(simulation).includes('nats:2.14.9'));
  simulation.changeSpec({ size: 5 });
  until(simulation, () => simulation.node.list().length === 5);
  expect(images(simulation).slice(3)).toEqual(['nats:2.14.9', 'nats:2.14.9']);
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a server that dies before its replacement restarts with the verified version', () => {
  const simulation = settled();
  simulation.changeSpec({ version: '2.14.9' });
  until(simulation, () => images(simulation).includes('nats:2.14.9'));
  simulation.node.terminate('c-1');
  simulation.collectGarbage();
  simulation.advancePod(0);
  simulation.controlStatefulSet();
  expect(images(simulation)[0]).toBe('nats:2.15.2');
  simulation.runUntilStable();
  expectConverged(simulation);
});

describe('a version whose first server does not come up', () => {
  const failed = (): Simulation => {
    const simulation = settled();
    simulation.changeSpec({ version: '2.15.3-bad' });
    simulation.runUntilStable();
    return simulation;
  };

  test('disrupts no server: all run the last good one', () => {
    const simulation = failed();
    expect(images(simulation)).toEqual(['nats:2.15.2', 'nats:2.15.2', 'nats:2.15.2']);
    expect(simulation.node.list().every(pod => simulation.node.serves(pod))).toBe(true);
  });

  test('is reported in the status while the spec has it', () => {
    const { cluster } = failed();
    expect(condition(cluster.status, 'ConfigApplied')).toMatchObject({
      status: 'False',
      reason: 'RolloutFailed',
      message:
        'The update failed and was rolled back to the last good configuration: c-3 failed (container nats: ImagePullBackOff) (attempt 3 of 6, the next one after 20 minutes)',
    });
    expect(condition(cluster.status, 'Stalled')).toMatchObject({ status: 'True', reason: 'RolloutFailed' });
    expect(condition(cluster.status, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'RolloutFailed',
      message: expect.stringMatching(/^3 of 3 servers ready, but they do not run this spec yet: /) as string,
    });
    expect(cluster.status).toMatchObject({
      phase: 'Running',
      state: 'RolledBack',
      readyReplicas: 3,
      currentVersion: '2.15.2',
    });
  });

  test('is not tried again when a server dies', () => {
    const simulation = failed();
    simulation.node.terminate('c-3');
    until(simulation, () => !simulation.node.pods.has('c-3'));
    simulation.runUntilStable();
    expect(images(simulation)).toEqual(['nats:2.15.2', 'nats:2.15.2', 'nats:2.15.2']);
  });

  test('gives way to the next spec', () => {
    const simulation = failed();
    simulation.changeSpec({ version: '2.14.9' });
    simulation.runUntilStable();
    expectConverged(simulation);
  });

  test('gives way to the spec that it came from, without a server replaced', () => {
    const simulation = failed();
    const uids = simulation.node.list().map(({ uid }) => uid);
    simulation.changeSpec(good);
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(simulation.node.list().map(({ uid }) => uid)).toEqual(uids);
  });

  test('is tried again where a restart is asked for', () => {
    const simulation = failed();
    const uid = simulation.node.pods.get('c-3')?.uid;
    simulation.annotate({ 'nats.io/restartedAt': '2026-01-02T00:00:00Z' });
    simulation.runUntilStable();
    expect(simulation.node.pods.get('c-3')?.uid).not.toBe(uid);
  });
});

test('a cluster of one server rolls back as well', () => {
  const simulation = settled({ ...good, size: 1 });
  simulation.changeSpec({ natsConfig: { extra: { server_tags: ['broken'] } } });
  simulation.runUntilStable();
  expect(simulation.node.list().every(pod => simulation.node.serves(pod))).toBe(true);
  expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({ reason: 'RolloutFailed' });
});

test('a cluster that never came up takes the corrected spec', () => {
  const simulation = settled({ ...good, version: '2.15.3-bad' });
  expect(condition(simulation.cluster.status, 'Ready')).toMatchObject({ status: 'False' });
  simulation.changeSpec(good);
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a server that is down takes the corrected spec before those that serve', () => {
  const simulation = settled();
  simulation.faults.sick.add('c-1');
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.14.9' });
  until(simulation, () => images(simulation).includes('nats:2.14.9'));
  expect(images(simulation)).toEqual(['nats:2.14.9', 'nats:2.15.2', 'nats:2.15.2']);

  simulation.recover();
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a server that is down, and stays so with the new template, does not keep it, and lets the others follow when it is well', () => {
  const simulation = settled();
  simulation.faults.sick.add('c-1');
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expect(images(simulation)).toEqual(['nats:2.15.2', 'nats:2.15.2', 'nats:2.15.2']);
  expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({
    reason: 'RolloutFailed',
    message: expect.stringContaining('(attempt 1 of 6, the next one when all servers are ready)') as unknown,
  });

  simulation.recover();
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a roll waits for a server that does not answer, and continues when it does', () => {
  const simulation = settled();
  simulation.faults.silent.add('c-2');
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expect(images(simulation)).toEqual(['nats:2.15.2', 'nats:2.15.2', 'nats:2.15.2']);
  expectWaitingRollout(simulation);
  simulation.recover();
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a server that starts but finds none of the others counts as failed, and is rolled back', () => {
  const simulation = settled();
  simulation.faults.isolated.add('c-3');
  simulation.changeSpec({ natsConfig: { maxPayload: 4096 } });
  simulation.runUntilStable();
  expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({ reason: 'RolloutFailed' });
  simulation.recover();
  simulation.runUntilStable();
  expect(simulation.node.list().every(pod => simulation.node.serves(pod))).toBe(true);
});

test('a cluster takes a smaller size behind a server that only a new template fixes', () => {
  const simulation = settled({ ...good, size: 5 });
  simulation.changeSpec({ version: '2.15.3-bad' });
  until(simulation, () => images(simulation).includes('nats:2.15.3-bad'));
  simulation.faults.sick.add('c-2');
  simulation.changeSpec({ size: 3, version: '2.14.9' });
  until(simulation, () => simulation.node.pods.get('c-2')?.phase === 'failing');
  simulation.recover();
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a template that lets no pod be created is replaced by the corrected one', () => {
  const simulation = settled({ ...good, template: { spec: { priorityClassName: FORBIDDEN_PRIORITY_CLASS } } });
  expect(simulation.node.list()).toHaveLength(0);
  simulation.changeSpec({ template: {} });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a template that lets no pod be created disrupts no server, and is replaced by the corrected one', () => {
  const simulation = settled();
  simulation.changeSpec({ template: { spec: { priorityClassName: FORBIDDEN_PRIORITY_CLASS } } });
  simulation.runUntilStable();
  expect(simulation.node.list().filter(pod => simulation.node.serves(pod))).toHaveLength(3);
  expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({
    reason: 'RolloutFailed',
    message: expect.stringContaining(
      'c-3 can\'t be created: an Event of this namespace says: pods "c-3" is forbidden',
    ) as unknown,
  });
  simulation.changeSpec({ template: { spec: { priorityClassName: 'high' } } });
  simulation.runUntilStable();
  expectConverged(simulation);
});

describe('a template that only lacks something', () => {
  const before = { ...good, template: { spec: { priorityClassName: 'high' } } };

  const priorities = ({ node }: Simulation): unknown[] =>
    node.list().map(({ template }) => part(template, 'spec').priorityClassName);

  test('reaches the servers in the middle of a roll, one after the other', () => {
    const simulation = settled(before);
    simulation.changeSpec({ version: '2.14.9' });
    until(simulation, () => images(simulation)[1] === 'nats:2.14.9' && !simulation.node.list().every(isUp));
    simulation.changeSpec({ template: {} });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(priorities(simulation)).toEqual([undefined, undefined, undefined]);
  });

  test('gives way to the last good one where its first server does not come up', () => {
    const simulation = settled(before);
    simulation.faults.sick.add('c-3');
    simulation.changeSpec({ template: {} });
    until(simulation, () => priorities(simulation)[2] === undefined && simulation.node.list().length === 3);
    simulation.runUntilStable();
    expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({ reason: 'RolloutFailed' });
    expect(priorities(simulation)).toEqual(['high', 'high', 'high']);
    simulation.recover();
    simulation.runUntilStable();
    expect(simulation.operate()).toBe(false);
    expect(priorities(simulation)).toEqual(['high', 'high', 'high']);
  });
});
