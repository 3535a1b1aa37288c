import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { items, part } from '../../../simulation/objects';
import { serverOf } from '../../../simulation/pod';
import { Simulation } from '../../../simulation/simulation';

const spec: NatsClusterSpec = { size: 3, version: '2.14.9' };

const settled = (given: NatsClusterSpec = spec): Simulation => Simulation.stable(given);

const uids = ({ node }: Simulation): string[] => node.list().map(({ uid }) => uid);

function loseStatus(simulation: Simulation): void {
  const cluster: NatsClusterObject = { ...simulation.cluster };
  delete (cluster as { status?: unknown }).status;
  simulation.cluster = cluster;
}

describe('the annotation that asks for a restart', () => {
  const restarted = (): Simulation => {
    const simulation = settled();
    const before = uids(simulation);
    simulation.annotate({ 'nats.io/restartedAt': '2026-01-02T00:00:00Z' });
    simulation.runUntilStable();
    expect(uids(simulation).filter(uid => before.includes(uid))).toEqual([]);
    return simulation;
  };

  it.each([
    ['taken away', {}],
    ['emptied', { 'nats.io/restartedAt': '' }],
  ])('replaces no server when it is %s', (_how, annotations) => {
    const simulation = restarted();
    const before = uids(simulation);
    simulation.annotate(annotations);
    simulation.runUntilStable();
    expect(uids(simulation)).toEqual(before);
  });

  it('replaces all servers again when it comes back with another time', () => {
    const simulation = restarted();
    simulation.annotate({});
    simulation.runUntilStable();
    const before = uids(simulation);
    simulation.annotate({ 'nats.io/restartedAt': '2026-01-03T00:00:00Z' });
    simulation.runUntilStable();
    expect(uids(simulation).filter(uid => before.includes(uid))).toEqual([]);
  });

  it('does not try a failed template again when it is taken away', () => {
    const simulation = settled();
    simulation.annotate({ 'nats.io/restartedAt': '2026-01-02T00:00:00Z' });
    simulation.changeSpec({ natsConfig: { extra: { server_tags: ['broken'] } } });
    simulation.runUntilStable();
    const before = uids(simulation);
    simulation.annotate({});
    simulation.runUntilStable();
    expect(uids(simulation)).toEqual(before);
  });

  it('is heard in the annotations of the spec as well, for what they say last', () => {
    const pod = (time: string): NatsClusterSpec => ({ pod: { annotations: { 'nats.io/restartedAt': time } } });
    const simulation = settled({ ...spec, ...pod('1') });
    const before = uids(simulation);
    simulation.changeSpec(pod('2'));
    simulation.runUntilStable();
    expect(uids(simulation).filter(uid => before.includes(uid))).toEqual([]);
  });
});

it('keeps the version that servers run when neither the spec nor the status names one', () => {
  const simulation = settled();
  const before = uids(simulation);
  simulation.cluster = { ...simulation.cluster, spec: { size: 3 } };
  loseStatus(simulation);
  simulation.runUntilStable();
  expect(uids(simulation)).toEqual(before);
  expect(simulation.node.list().map(({ template }) => serverOf(template).image)).toEqual(
    before.map(() => 'nats:2.14.9'),
  );
});

it('keeps a cluster up whose status is lost while a Secret is broken', () => {
  const simulation = settled({ ...spec, auth: { clientsAuthSecret: 'users' } });
  simulation.faults.brokenUsers = true;
  loseStatus(simulation);
  simulation.remove('Service', 'c');
  simulation.runUntilStable();
  expect(simulation.api.get('Service', 'c')).toBeDefined();
});

it('keeps the images of the sidecars when an operator has no source for them', () => {
  const sidecars = ({ node }: Simulation): unknown[] =>
    node.list().map(({ template }) => items(part(template, 'spec').containers).map(({ image }) => image));
  const simulation = new Simulation({ ...spec, pod: { enableConfigReload: true } });
  simulation.imageRepository = 'registry.example.com/nats-operator';
  simulation.runUntilStable();
  const [before, images] = [uids(simulation), sidecars(simulation)];
  expect(JSON.stringify(images)).toContain('registry.example.com/nats-operator-reloader');
  simulation.imageRepository = undefined;
  simulation.runUntilStable();
  expect(uids(simulation)).toEqual(before);
  expect(sidecars(simulation)).toEqual(images);
});
