import { part } from '../../../simulation/objects';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';
import { expectConverged } from '../../../simulation/convergence';

const good = { size: 3, version: '2.15.2' };

const settled = (): Simulation => Simulation.stable(good);

const replicas = ({ api }: Simulation): unknown => part(api.get('StatefulSet', 'c'), 'spec').replicas;

test('while paused nothing is written but the status; then the spec is caught up with', () => {
  const simulation = settled();
  simulation.changeSpec({ paused: true, size: 5 });
  simulation.remove('Service', 'c');
  simulation.runUntilStable();
  expect(simulation.api.get('Service', 'c')).toBeUndefined();
  expect(replicas(simulation)).toBe(3);
  expect(simulation.cluster.status?.controlPaused).toBe(true);
  expect(condition(simulation.cluster.status, 'Paused')).toMatchObject({ status: 'True' });

  simulation.changeSpec({ paused: false });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a spec that can not be carried out touches nothing that runs, and says why', () => {
  const simulation = settled();
  simulation.changeSpec({ size: 0, version: '2.14.9' });
  simulation.runUntilStable();
  expect(replicas(simulation)).toBe(3);
  expect(condition(simulation.cluster.status, 'SpecValid')).toMatchObject({ status: 'False', reason: 'Invalid' });
  expect(condition(simulation.cluster.status, 'Ready')).toMatchObject({ status: 'False', reason: 'SpecInvalid' });
  expect(simulation.cluster.status).toMatchObject({ phase: 'Running', readyReplicas: 3, currentVersion: '2.15.2' });
});

test('so does one with a null, as an API server without a schema has stored it', () => {
  const simulation = settled();
  simulation.changeSpec(JSON.parse('{ "pod": null }') as Record<string, unknown>);
  simulation.runUntilStable();
  expect(replicas(simulation)).toBe(3);
  expect(condition(simulation.cluster.status, 'SpecValid')).toMatchObject({
    status: 'False',
    message: expect.stringContaining('spec.pod: must be an object, got null') as string,
  });
});

describe('where a Service of another owner has the name', () => {
  const taken = (): Simulation => {
    const simulation = new Simulation(good);
    const owner = { kind: 'Deployment', name: 'web', uid: 'other', controller: true };
    simulation.api.create({ kind: 'Service', metadata: { name: 'c', ownerReferences: [owner] }, spec: { ports: [] } });
    simulation.runUntilStable();
    return simulation;
  };

  test('nothing is made, and the status names the owner', () => {
    const simulation = taken();
    expect(simulation.api.list()).toHaveLength(1);
    expect(condition(simulation.cluster.status, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'NameConflict',
      message: expect.stringContaining('Service/c exists already and belongs to Deployment web') as unknown,
    });
  });

  test('the cluster is made when the name is free', () => {
    const simulation = taken();
    simulation.remove('Service', 'c');
    simulation.runUntilStable();
    expectConverged(simulation);
  });
});

test.each(['Secret', 'Service', 'PodDisruptionBudget', 'StatefulSet'])('a %s that is deleted comes back', kind => {
  const simulation = settled();
  simulation.remove(kind, 'c');
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('what others have set in a child stays', () => {
  const simulation = settled();
  simulation.edit('Service', 'c', service => ({
    ...service,
    metadata: {
      ...part(service, 'metadata'),
      annotations: { ...part(service, 'metadata', 'annotations'), theirs: 'yes' },
    },
  }));
  simulation.changeSpec({ servicePolicy: { annotations: { ours: 'too' } } });
  simulation.runUntilStable();
  expect(part(simulation.api.get('Service', 'c'), 'metadata', 'annotations')).toMatchObject({
    theirs: 'yes',
    ours: 'too',
  });
});

test('removes from a child what is no longer set', () => {
  const simulation = settled();
  simulation.changeSpec({ servicePolicy: { annotations: { ours: 'once' } } });
  simulation.runUntilStable();
  simulation.changeSpec({ servicePolicy: {} });
  simulation.runUntilStable();
  expect(part(simulation.api.get('Service', 'c'), 'metadata', 'annotations')).not.toHaveProperty('ours');
});

test('an operator that is stopped after each of its writes gets there all the same', () => {
  const simulation = new Simulation(good);
  for (let turn = 0; turn < 30; turn += 1) {
    simulation.operate({ age: 0, writes: 1 });
    simulation.controlStatefulSet();
    for (const index of [0, 1, 2, 3, 4]) simulation.advancePod(index);
    simulation.mesh();
  }
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('recreates nothing for a cluster that is being deleted', () => {
  const simulation = settled();
  simulation.cluster = {
    ...simulation.cluster,
    metadata: { ...simulation.cluster.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  };
  simulation.remove('Service', 'c');
  simulation.runUntilStable();
  expect(simulation.api.get('Service', 'c')).toBeUndefined();
});

test('deletes the configuration of older pods with the last of them', () => {
  const simulation = settled();
  simulation.changeSpec({ natsConfig: { maxPayload: 4096 } });
  const keys = (): string[] => Object.keys(part(simulation.api.get('Secret', 'c'), 'data'));
  simulation.round();
  expect(keys()).toHaveLength(3);
  simulation.runUntilStable();
  expect(keys()).toHaveLength(2);
});
