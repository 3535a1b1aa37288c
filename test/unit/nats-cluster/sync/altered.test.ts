import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { expectConverged } from '../../../simulation/convergence';
import { isJson, items, part, type Json } from '../../../simulation/objects';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';

type Policy = (object: Json) => Json;

const good = { size: 3, version: '2.15.2' };

/** A policy for objects of one kind: sets fields, and removes those that are undefined. */
const forKind =
  (kind: string, change: (object: Json) => Json): Policy =>
  object =>
    object.kind === kind ? { ...object, ...change(object) } : object;

const spec = (object: Json, change: Json): Json => ({ spec: { ...part(object, 'spec'), ...change } });

const podSpec = (object: Json, change: (pod: Json) => Json): Json => {
  const template = part(object, 'spec', 'template');
  const pod = part(template, 'spec');
  return spec(object, { template: { ...template, spec: { ...pod, ...change(pod) } } });
};

/** As a registry mirror has it. */
const mirror = forKind('StatefulSet', set =>
  podSpec(set, pod => ({
    containers: items(pod.containers).map(container =>
      String(container.image).startsWith('mirror/')
        ? container
        : { ...container, image: `mirror/${String(container.image)}` },
    ),
  })),
);

const image = 'spec.template.spec.containers[nats].image of StatefulSet/c';

const policies: [string, Policy, string][] = [
  ['the image of the servers', mirror, image],
  [
    'a field of the template that is not known',
    forKind('StatefulSet', set => podSpec(set, () => ({ schedulingGroup: undefined }))),
    'spec.template.spec.schedulingGroup of StatefulSet/c (dropped)',
  ],
  [
    'a label of the Secret',
    forKind('Secret', ({ metadata }) => ({
      metadata: { ...part({ metadata }, 'metadata'), labels: { app: 'other' } },
    })),
    'metadata.labels.app of Secret/c, metadata.labels.nats_cluster of Secret/c (dropped)',
  ],
  [
    'the ports of the Services',
    forKind('Service', service => spec(service, { ports: [] })),
    'spec.ports of Service/c (dropped)',
  ],
  [
    'the disruption budget',
    forKind('PodDisruptionBudget', budget => spec(budget, { maxUnavailable: 2 })),
    'spec.maxUnavailable of PodDisruptionBudget/c',
  ],
  [
    'all annotations of the StatefulSet',
    forKind('StatefulSet', ({ metadata }) => ({ metadata: { ...part({ metadata }, 'metadata'), annotations: {} } })),
    'metadata.annotations.nats.io/pod-template-hash of StatefulSet/c (dropped)',
  ],
];

function settled(policy: Policy, desired: NatsClusterSpec = good): Simulation {
  const simulation = new Simulation(desired);
  simulation.api.policy = policy;
  simulation.runUntilStable();
  return simulation;
}

const withGroup = { ...good, template: { spec: { schedulingGroup: { podGroupName: 'g' } } } } as NatsClusterSpec;

const messageOf = ({ cluster }: Simulation): string =>
  cluster.status?.conditions?.find(({ type }) => type === 'Altered')?.message ?? '';

const reasons = ({ operator }: Simulation): string[] => operator.events.map(({ reason }) => reason);

const partitionOf = ({ api }: Simulation): unknown =>
  part(api.get('StatefulSet', 'c'), 'spec', 'updateStrategy', 'rollingUpdate').partition;

describe.each(policies)('where the API server alters %s', (_what, policy, named) => {
  test('the cluster comes to rest, and the condition names the field', () => {
    const simulation = settled(policy, withGroup);
    expect(simulation.operate()).toBe(false);
    expect(part(condition(simulation.cluster.status, 'ConfigApplied')).status).toBe('True');
    expect(messageOf(simulation)).toContain(named);
    expect(reasons(simulation)).toEqual(['Created']);
  });

  test('a new version is rolled out', () => {
    const simulation = settled(policy, withGroup);
    simulation.changeSpec({ version: '2.14.9' });
    simulation.runUntilStable();
    expect(simulation.cluster.status?.currentVersion).toBe('2.14.9');
    expect(simulation.node.list().every(({ template }) => JSON.stringify(template).includes('nats:2.14.9'))).toBe(true);
  });

  test('the size follows, both ways', () => {
    const simulation = settled(policy, withGroup);
    for (const size of [4, 2]) {
      simulation.changeSpec({ size });
      simulation.runUntilStable();
      expect(simulation.node.list()).toHaveLength(size);
    }
  });

  test('a new process reports no edit that did not happen, and keeps the condition', () => {
    const simulation = settled(policy, withGroup);
    const before = simulation.cluster.status?.conditions;
    simulation.operator.restart();
    simulation.runUntilStable();
    expect(reasons(simulation)).toEqual(['Created']);
    expect(simulation.cluster.status?.conditions).toEqual(before);
  });
});

test('where nothing is altered there is no such condition', () => {
  expect(messageOf(settled(object => object))).toBe('');
});

test('removes the condition with the policy', () => {
  const simulation = settled(mirror);
  expect(messageOf(simulation)).toContain(image);
  simulation.api.policy = object => object;
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expect(messageOf(simulation)).toBe('');
  expectConverged(simulation);
});

test('an edit of another field is reverted, in one Event that names it', () => {
  const simulation = settled(mirror);
  simulation.edit('StatefulSet', 'c', set => ({
    ...set,
    ...podSpec(set, () => ({ automountServiceAccountToken: true })),
  }));
  simulation.runUntilStable();
  expect(simulation.operator.events.slice(1)).toEqual([
    {
      type: 'Warning',
      reason: 'DriftCorrected',
      message: 'Reverted an external change to spec.template.spec.automountServiceAccountToken of StatefulSet/c',
    },
  ]);
});

test('after a restart an edit is still distinguished from what the API server alters', () => {
  const simulation = settled(mirror);
  simulation.operator.restart();
  simulation.edit('StatefulSet', 'c', set => ({
    ...set,
    ...podSpec(set, () => ({ automountServiceAccountToken: true })),
  }));
  simulation.runUntilStable();
  expect(simulation.operator.events.slice(1).map(({ message }) => message)).toEqual([
    'Reverted an external change to spec.template.spec.automountServiceAccountToken of StatefulSet/c',
  ]);
});

test('an edit of the very field that a policy rewrites comes to nothing', () => {
  const simulation = settled(mirror);
  simulation.edit('StatefulSet', 'c', set => ({
    ...set,
    ...podSpec(set, pod => ({
      containers: items(pod.containers).map(container =>
        container.name === 'nats' ? { ...container, image: 'mirror/evil:1' } : container,
      ),
    })),
  }));
  simulation.runUntilStable();
  expect(simulation.node.list().every(({ template }) => !JSON.stringify(template).includes('evil'))).toBe(true);
  expect(reasons(simulation)).toEqual(['Created', 'DriftCorrected']);
  expect(messageOf(simulation)).toContain(image);
});

describe('where a policy sets bounds to the replicas', () => {
  const between = (least: number, most: number): Policy =>
    forKind('StatefulSet', set =>
      spec(set, { replicas: Math.min(Math.max(Number(part(set, 'spec').replicas), least), most) }),
    );

  test.each([
    ['at most 2', between(0, 2), 3, 2],
    ['at least 3', between(3, 9), 1, 3],
  ])('%s: a new version is rolled out, and the bound is named', (_what, policy, size, kept) => {
    const simulation = settled(policy, { ...good, size });
    simulation.changeSpec({ version: '2.14.9' });
    simulation.runUntilStable();
    expect(simulation.node.list()).toHaveLength(kept);
    expect(simulation.cluster.status?.currentVersion).toBe('2.14.9');
    expect(messageOf(simulation)).toContain('spec.replicas of StatefulSet/c');
    expect(reasons(simulation).filter(reason => reason.startsWith('Scaling'))).toEqual([]);
    expect(partitionOf(simulation)).toBe(kept);
  });
});

test('a first pod that fails is still rolled back', () => {
  const simulation = settled(mirror);
  simulation.faults.sick.add('c-3');
  simulation.changeSpec({ version: '2.14.9' });
  simulation.runUntilStable();
  expect(part(condition(simulation.cluster.status, 'ConfigApplied')).status).toBe('False');
  expect(isJson(simulation.api.get('StatefulSet', 'c'))).toBe(true);
  expect(
    simulation.node.list().filter(({ template }) => JSON.stringify(template).includes('nats:2.14.9')),
  ).toHaveLength(0);
});
