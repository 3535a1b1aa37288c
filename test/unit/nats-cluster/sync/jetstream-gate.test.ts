import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { ALLOW_SCALING_ANNOTATION } from '../../../../src/nats-cluster/spec/labels';
import { expectConverged } from '../../../simulation/convergence';
import { Simulation } from '../../../simulation/simulation';

const core: NatsClusterSpec = { version: '2.14.9', size: 3 };
const withJetStream: NatsClusterSpec = { ...core, jetstream: { fileStorage: { size: '1Gi' } } };

const uids = ({ node }: Simulation): string[] => node.list().map(({ uid }) => uid);

const words = ({ cluster }: Simulation): string => JSON.stringify(cluster.status?.conditions);

describe('servers of which one has replicas that are behind', () => {
  function behind(change: (simulation: Simulation) => void): Simulation {
    const simulation = Simulation.stable(withJetStream);
    simulation.faults.lagging.add('c-2');
    change(simulation);
    simulation.runUntilStable();
    return simulation;
  }

  test('are not replaced, which says why, until it has caught up', () => {
    const simulation = behind(of => of.changeSpec({ version: '2.15.2' }));
    expect(simulation.events.filter(event => event.startsWith('ReplacingPod'))).toEqual([]);
    expect(words(simulation)).toContain('stream ORDERS of account A has 2 of 3 replicas current: c-2 is 1234 behind');
    simulation.recover();
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(simulation.events.filter(event => event.startsWith('ReplacingPod'))).toHaveLength(3);
  });

  test('are not removed', () => {
    const simulation = behind(of => {
      of.annotate({ [ALLOW_SCALING_ANNOTATION]: '2' });
      of.changeSpec({ size: 2 });
    });
    expect(uids(simulation)).toHaveLength(3);
    expect(words(simulation)).toContain('c-2 is 1234 behind');
    simulation.recover();
    simulation.runUntilStable();
    expect(uids(simulation)).toHaveLength(2);
  });
});

test('a cluster gets JetStream one server after the other, though there is no meta leader at first', () => {
  const simulation = Simulation.stable(core);
  simulation.changeSpec({ jetstream: { fileStorage: { size: '1Gi' } } });
  simulation.runUntilStable();
  expectConverged(simulation);
  expect(simulation.node.list().every(({ server }) => server?.hasJetStream)).toBe(true);
});
