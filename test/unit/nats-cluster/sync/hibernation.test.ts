import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { expectConverged } from '../../../simulation/convergence';
import { part } from '../../../simulation/objects';
import { condition } from '../../../simulation/invariant-checker';
import { Simulation } from '../../../simulation/simulation';

const spec: NatsClusterSpec = { size: 3, version: '2.15.2', jetstream: { fileStorage: { size: '1Gi' } } };

function hibernated(): Simulation {
  const simulation = Simulation.stable(spec);
  simulation.changeSpec({ hibernate: true });
  simulation.runUntilStable();
  return simulation;
}

const retention = ({ api }: Simulation): unknown =>
  part(api.get('StatefulSet', 'c'), 'spec').persistentVolumeClaimRetentionPolicy;

describe('a cluster that hibernates', () => {
  test('has no servers, and keeps its claims, its Services and its configuration', () => {
    const simulation = hibernated();
    const { api, node, cluster, operator } = simulation;
    expect(node.list()).toEqual([]);
    expect(node.claims.list()).toHaveLength(3);
    for (const kind of ['Service', 'Secret', 'PodDisruptionBudget']) expect(api.get(kind, 'c')).toBeDefined();
    expect(cluster.status).toMatchObject({ state: 'Hibernated', size: 0, readyReplicas: 0 });
    expect(condition(cluster.status, 'Ready')).toMatchObject({ status: 'False', reason: 'Hibernated' });
    for (const type of ['Reconciling', 'Stalled']) expect(condition(cluster.status, type)).toBeUndefined();
    expect(operator.story).toContain('Normal Hibernating: Stopping all 3 servers');
    expect(operator.story.filter(line => line.startsWith('Warning'))).toEqual([]);
  });

  test('starts all servers at once when it no longer hibernates', () => {
    const simulation = hibernated();
    simulation.changeSpec({ hibernate: false });
    while (simulation.node.list().length === 0) simulation.round();
    expect(simulation.node.list()).toHaveLength(3);
    simulation.runUntilStable();
    expectConverged(simulation);
  });

  test('starts with what the spec has become meanwhile', () => {
    const simulation = hibernated();
    simulation.changeSpec({ version: '2.14.9', natsConfig: { maxPayload: 4096 } });
    simulation.runUntilStable();
    expect(simulation.node.list()).toEqual([]);
    simulation.changeSpec({ hibernate: false });
    simulation.runUntilStable();
    expectConverged(simulation);
  });

  test('keeps the size that it had, for streams would be lost with fewer servers', () => {
    const simulation = hibernated();
    simulation.changeSpec({ hibernate: false, size: 1 });
    simulation.runUntilStable();
    expect(simulation.node.list()).toHaveLength(3);
    expect(condition(simulation.cluster.status, 'Stalled')).toMatchObject({ reason: 'ScaleBlocked' });
  });

  test('keeps its claims though they are to be deleted with servers that are removed', () => {
    const simulation = Simulation.stable({
      ...spec,
      jetstream: { fileStorage: { size: '1Gi', retention: { whenScaled: 'Delete' } } },
    });
    expect(retention(simulation)).toEqual({ whenDeleted: 'Retain', whenScaled: 'Delete' });
    simulation.changeSpec({ hibernate: true });
    simulation.runUntilStable();
    expect(retention(simulation)).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('that is new has no servers while it hibernates', () => {
    const simulation = Simulation.stable({ ...spec, hibernate: true });
    expect(simulation.node.list()).toEqual([]);
    expect(condition(simulation.cluster.status, 'Ready')).toMatchObject({ reason: 'Hibernated' });
    simulation.changeSpec({ hibernate: false });
    simulation.runUntilStable();
    expectConverged(simulation);
  });
});

test('a template that is tried when the cluster hibernates is not what all servers start with', () => {
  const simulation = Simulation.stable(spec);
  simulation.changeSpec({ serverImage: 'bad', version: '2.15.3' });
  for (let round = 0; round < 50 && !simulation.events.some(event => event.startsWith('ReplacingPod')); round += 1)
    simulation.round();
  simulation.changeSpec({ hibernate: true });
  simulation.runUntilStable();
  simulation.changeSpec({ hibernate: false });
  for (let round = 0; round < 40; round += 1) {
    simulation.round();
    simulation.time += 60_000;
  }
  expect(simulation.node.list().filter(({ phase }) => phase === 'ready').length).toBeGreaterThanOrEqual(2);
});

test('servers that still run when the cluster no longer hibernates go on', () => {
  const simulation = Simulation.stable(spec);
  simulation.changeSpec({ hibernate: true });
  simulation.operate();
  simulation.changeSpec({ hibernate: false, natsConfig: { maxPayload: 4096 } });
  simulation.operate();
  simulation.controlStatefulSet();
  expect(simulation.node.list().filter(({ terminating }) => terminating)).toEqual([]);
});
