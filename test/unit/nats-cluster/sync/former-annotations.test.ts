import { digest } from '../../../../src/json/digest';
import type { Observed } from '../../../../src/nats-cluster/observed';
import { projectChild } from '../../../../src/nats-cluster/controller/projection';
import { sync } from '../../../../src/nats-cluster/sync';
import { Simulation } from '../../../simulation/simulation';

const FORMER: Readonly<Record<string, string>> = {
  'nats.io/last-applied-hash': 'nats.io/applied',
  'nats.io/config-mounted': 'nats.io/in-use',
  'nats.io/pod-template-hash': 'nats.io/template',
  'nats.io/failed-pod-template-hash': 'nats.io/failed-template',
  'nats.io/rollout-failure': 'nats.io/failure',
};

/** As an operator with the former names wrote it. */
function inFormerNames<T extends Observed['children'][number]>(child: T): T {
  const annotations = Object.entries(child.metadata.annotations ?? {}).map(([key, value]) => [
    FORMER[key] ?? key,
    value,
  ]);
  return {
    ...child,
    metadata: { ...child.metadata, annotations: Object.fromEntries(annotations) as Record<string, string> },
  };
}

test.each<[string, (simulation: Simulation) => void]>([
  ['a healthy cluster', () => undefined],
  ['one whose rollout failed', simulation => simulation.changeSpec({ version: '2.15.3-bad' })],
])('an operator that has renamed annotations writes nothing to %s', (_what, happen) => {
  const simulation = new Simulation({ size: 3, version: '2.15.2' });
  simulation.runUntilStable();
  happen(simulation);
  for (let round = 0; round < 60; round += 1) simulation.round();
  const observed = simulation.operator.observe();
  const before = observed.children.map(inFormerNames);
  expect(before.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}))).toContain('nats.io/applied');
  const { actions } = sync({ ...observed, children: before.map(projectChild) }, new Date(simulation.time));
  expect(actions).toEqual([]);
});

test('the hash of an applied child is the one that an operator with the former names wrote', () => {
  const simulation = new Simulation({ size: 3, version: '2.15.2' });
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.15.3' });
  const { actions } = sync(simulation.operator.observe(), new Date(simulation.time));
  const applied = actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));
  expect(applied.map(({ kind }) => kind)).toContain('StatefulSet');
  for (const { metadata, ...child } of applied) {
    const { annotations, ...rest } = inFormerNames({ metadata, ...child } as (typeof applied)[number]).metadata;
    const { 'nats.io/applied': hash, ...others } = annotations ?? {};
    expect(hash).toBe(digest({ ...child, metadata: { ...rest, resourceVersion: undefined, annotations: others } }));
  }
});
