import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { part } from '../../../simulation/objects';
import { FOREIGN_OWNER, serverOf } from '../../../simulation/pod';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';

const spec: NatsClusterSpec = { size: 3, version: '2.15.2' };

/** What anybody may create who may create pods in the namespace: the labels and the name of a server. */
const template = {
  metadata: { labels: { app: 'nats', nats_cluster: 'c' } },
  spec: { containers: [{ name: 'nats', image: 'nats:2.15.2', command: ['/nats-server', '-c', '/etc/other.conf'] }] },
};

function intrude(simulation: Simulation, name: string): void {
  simulation.node.create(name, undefined, FOREIGN_OWNER, template);
}

const replicas = ({ api }: Simulation): unknown => part(api.get('StatefulSet', 'c'), 'spec').replicas;

const images = ({ node }: Simulation): string[] =>
  node.list().flatMap(pod => (pod.ownerUid === FOREIGN_OWNER ? [] : [serverOf(pod.template).image]));

it('creates as many servers as desired when a pod of another owner has the name of the 50,000th', () => {
  const simulation = new Simulation(spec);
  intrude(simulation, 'c-50000');
  simulation.runUntilStable();
  expect(replicas(simulation)).toBe(3);
});

it.each([['c-9'], ['c-4']])('rolls and scales when a pod of another owner is called %s', name => {
  const simulation = new Simulation(spec);
  simulation.runUntilStable();
  intrude(simulation, name);
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expect(images(simulation)).toEqual(['nats:2.14.9', 'nats:2.14.9', 'nats:2.14.9']);
  simulation.changeSpec({ size: 2 });
  simulation.runUntilStable();
  expect(images(simulation)).toEqual(['nats:2.14.9', 'nats:2.14.9']);
});

it('does not take a pod of another owner for a server when it has the name of one', () => {
  const simulation = new Simulation(spec);
  intrude(simulation, 'c-2');
  simulation.runUntilStable();
  expect(condition(simulation.cluster.status, 'Ready')).toMatchObject({
    status: 'False',
    message: '2 of 3 servers ready; c-2 does not exist yet',
  });
});

it('keeps no configuration for a pod of another owner', () => {
  const simulation = new Simulation(spec);
  simulation.runUntilStable();
  const before = Object.keys(part(simulation.api.get('Secret', 'c'), 'data'));
  intrude(simulation, 'c-4');
  simulation.runUntilStable();
  expect(Object.keys(part(simulation.api.get('Secret', 'c'), 'data'))).toEqual(before);
});
