import { expectConverged } from '../../../simulation/convergence';
import { legacyCluster } from '../../../simulation/legacy';
import { part } from '../../../simulation/objects';
import { serverOf } from '../../../simulation/pod';
import type { Simulation } from '../../../simulation/simulation';

const three = { size: 3, version: '2.9.25' };
const bare = (count: number): string[] => Array.from({ length: count }, (_, index) => `c-${(index + 1).toString(16)}`);

const uids = ({ node }: Simulation): string[] => node.list().map(({ uid }) => uid);

/** Rounds until something is so. */
function until(simulation: Simulation, isSo: () => boolean): void {
  for (let round = 0; round < 100; round += 1) {
    if (isSo()) return;
    simulation.round();
  }
  throw new Error(`it never came to that: ${JSON.stringify(simulation.cluster.status)}`);
}

const owners = ({ node }: Simulation): Set<string> => new Set(node.list().map(({ ownerUid }) => ownerUid));

test('the bare pods of the Go operator become the StatefulSet’s as they run', () => {
  const simulation = legacyCluster(three, { pods: bare(3), version: '2.9.25' });
  const before = uids(simulation);
  until(simulation, () => !owners(simulation).has('cluster-uid'));
  expect(uids(simulation)).toEqual(before);
  expect(simulation.node.list().every(pod => simulation.node.serves(pod))).toBe(true);
});

test('adopted pods are replaced one at a time, and the cluster is as its spec says', () => {
  const simulation = legacyCluster(three, { pods: bare(3), version: '2.9.25' });
  const before = uids(simulation);
  simulation.runUntilStable();
  expectConverged(simulation);
  expect(uids(simulation).filter(uid => before.includes(uid))).toEqual([]);
});

test('what the Go operator had set in its Services, and the spec does not ask for, is gone', () => {
  const simulation = legacyCluster(three, { pods: bare(3), version: '2.9.25' });
  simulation.runUntilStable();
  const selector = part(simulation.api.get('Service', 'c-mgmt'), 'spec', 'selector');
  expect(selector).toEqual({ app: 'nats', nats_cluster: 'c' });
  expect(part(simulation.api.get('Service', 'c-mgmt'), 'spec').ports).not.toContainEqual(
    expect.objectContaining({ name: 'gateways' }),
  );
});

test.each([10, 11, 17])('of %s servers, those with hexadecimal names go once their successors are up', size => {
  const simulation = legacyCluster({ ...three, size }, { pods: bare(size), version: '2.9.25' });
  until(simulation, () => {
    const serving = simulation.node.list().filter(pod => simulation.node.serves(pod));
    expect(serving.length).toBeGreaterThanOrEqual(size - 1);
    return !simulation.node.pods.has('c-a');
  });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('pods above the size go one at a time, whatever their names', () => {
  const simulation = legacyCluster(three, { pods: ['c-1', 'c-10', 'c-11', 'c-2', 'c-3'], version: '2.9.25' });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('gaps in the names are filled', () => {
  const simulation = legacyCluster(three, { pods: ['c-1', 'c-10', 'c-11'], version: '2.9.25' });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('a cluster without a version keeps the one that runs', () => {
  const simulation = legacyCluster({ size: 3 }, { pods: bare(3), version: '2.9.25' });
  simulation.runUntilStable();
  expectConverged(simulation);
  expect(simulation.node.list().map(({ template }) => serverOf(template).image)).toEqual(
    Array.from({ length: 3 }, () => 'nats:2.9.25'),
  );
});

test('until the last of them has gone, old pods read what the Go operator wrote, with the routes of today', () => {
  const simulation = legacyCluster({ size: 3, version: '2.15.2' }, { pods: bare(3), version: '2.1.9' });
  const conf = (): string =>
    Buffer.from(String(part(simulation.api.get('Secret', 'c'), 'data')['nats.conf']), 'base64').toString();
  until(simulation, () => Object.keys(part(simulation.api.get('Secret', 'c'), 'data')).length > 1);
  const { max_payload: payload, cluster } = JSON.parse(conf()) as {
    max_payload: number;
    cluster: { routes: string[] };
  };
  expect(payload).toBe(4096);
  expect(cluster.routes).toContain('nats://c-1.c-mgmt.n.svc:6222');
  expect(conf()).not.toContain('"name"');
  expect(simulation.cluster.status?.currentVersion).toBe('2.1.9');
  simulation.runUntilStable();
  expectConverged(simulation);
  expect(conf()).toContain('"name"');
  expect(conf()).not.toContain('max_payload');
  expect(simulation.cluster.status?.currentVersion).toBe('2.15.2');
});

test('nothing is touched while the cluster is paused, and all of it happens afterwards', () => {
  const simulation = legacyCluster({ ...three, paused: true }, { pods: bare(3), version: '2.9.25' });
  const before = uids(simulation);
  simulation.runUntilStable();
  expect(uids(simulation)).toEqual(before);
  expect(simulation.api.get('StatefulSet', 'c')).toBeUndefined();
  simulation.changeSpec({ paused: false });
  simulation.runUntilStable();
  expectConverged(simulation);
});

test('an operator that is stopped after any write continues where it was', () => {
  for (let writes = 0; writes < 8; writes += 1) {
    const simulation = legacyCluster({ ...three, size: 11 }, { pods: bare(11), version: '2.9.25' });
    for (let turn = 0; turn < 4; turn += 1) {
      simulation.operate({ age: 0, writes });
      simulation.controlStatefulSet();
    }
    simulation.runUntilStable();
    expectConverged(simulation);
  }
});
