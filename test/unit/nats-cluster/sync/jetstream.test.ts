import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { findChild } from '../../../../src/nats-cluster/child';
import { POD_TEMPLATE_HASH_ANNOTATION } from '../../../../src/nats-cluster/spec/labels';
import { deferChanges } from '../../../../src/nats-cluster/rollout/deferred-changes';
import { digest } from '../../../../src/json/digest';
import { expectConverged } from '../../../simulation/convergence';
import { items, part } from '../../../simulation/objects';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';

const jetStream: NatsClusterSpec = {
  version: '2.15.2',
  natsConfig: { extra: { jetstream: { store_dir: '/data' }, cluster: { pool_size: 3 } } },
  template: { spec: { volumes: [{ name: 'data', emptyDir: {} }] } },
  pod: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
};

const settled = (size: number, spec: NatsClusterSpec = jetStream): Simulation => Simulation.stable({ ...spec, size });

function scale(simulation: Simulation, size: number): void {
  simulation.changeSpec({ size });
  simulation.runUntilStable();
}

const names = ({ node }: Simulation): string[] => node.list().map(({ name }) => name);

function configOf({ api }: Simulation): Record<string, unknown> {
  const text = String(part(api.get('Secret', 'c'), 'data')['nats.conf']);
  return JSON.parse(Buffer.from(text, 'base64').toString()) as Record<string, unknown>;
}

describe('a cluster with JetStream', () => {
  test('of one server is not clustered, for JetStream would wait for a second one', () => {
    const simulation = settled(1);
    expectConverged(simulation);
    expect(configOf(simulation).cluster).toBeUndefined();
  });

  test('of one server and extra routes is clustered with those', () => {
    expect(configOf(settled(1, { ...jetStream, extraRoutes: [{ cluster: 'd' }] })).cluster).toMatchObject({
      pool_size: 3,
    });
  });

  test.each([
    [5, 3, 'move all streams off the servers that are removed'],
    [3, 1, 'back up the streams'],
    [1, 3, 'back up the streams'],
  ])('of %i servers stays so when the size becomes %i without consent', (from, to, advice) => {
    const simulation = settled(from);
    const { pods } = simulation.node;
    const before = [...pods.values()].map(({ uid }) => uid);
    scale(simulation, to);
    expect([...pods.values()].map(({ uid }) => uid)).toEqual(before);
    const { status } = simulation.cluster;
    expect(status).toMatchObject({ readyReplicas: from });
    // Whoever waits for the new size must not take the cluster for done.
    expect(condition(status, 'Stalled')).toMatchObject({ status: 'True', reason: 'ScaleBlocked' });
    for (const type of ['Ready', 'ConfigApplied'])
      expect(condition(status, type)).toMatchObject({
        status: 'False',
        reason: 'ScaleBlocked',
        message: expect.stringMatching(
          `servers with JetStream can't be scaled from ${from} to ${to} .*${advice}`,
        ) as string,
      });
  });

  test('is rolled with the size that it keeps', () => {
    const simulation = settled(3);
    scale(simulation, 1);
    simulation.changeSpec({ natsConfig: { ...jetStream.natsConfig, maxPayload: 4096 } });
    simulation.runUntilStable();
    expect(names(simulation)).toEqual(['c-1', 'c-2', 'c-3']);
    expect(configOf(simulation)).toMatchObject({ max_payload: 4096, cluster: { name: 'c' } });
  });

  test.each([
    [5, 3],
    [3, 1],
    [1, 3],
  ])('goes from %i servers to %i with consent to that size', (from, to) => {
    const simulation = settled(from);
    simulation.annotate({ 'nats.io/allow-jetstream-scaling': String(to) });
    scale(simulation, to);
    expectConverged(simulation);
  });

  test('takes more servers where some are clustered already', () => {
    const simulation = settled(3);
    scale(simulation, 5);
    expectConverged(simulation);
  });

  test('restores its servers when the StatefulSet is scaled down to one', () => {
    const simulation = settled(3);
    simulation.edit('StatefulSet', 'c', object => ({ ...object, spec: { ...part(object, 'spec'), replicas: 1 } }));
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(configOf(simulation).cluster).toBeDefined();
  });

  test('changes its size at once when the change adds or removes JetStream', () => {
    const simulation = settled(3, { version: '2.15.2' });
    simulation.changeSpec({ ...jetStream, size: 1 });
    simulation.runUntilStable();
    expectConverged(simulation);
    simulation.changeSpec({ natsConfig: {}, size: 3 });
    simulation.runUntilStable();
    expectConverged(simulation);
  });
});

describe('the readiness probe of servers with JetStream', () => {
  const probeOf = (template: unknown): unknown =>
    part(items(part(template, 'spec').containers)[0], 'readinessProbe', 'httpGet').path;

  test('asks for nothing but that JetStream is not switched off', () => {
    const template = part(settled(3).api.get('StatefulSet', 'c'), 'spec').template;
    expect(probeOf(template)).toBe('/healthz?js-enabled-only=true');
  });

  test('stays the one of an older operator until something else replaces the servers', () => {
    const simulation = settled(3);
    const live = findChild(simulation.api.children(), 'StatefulSet', 'c');
    const template = live?.spec?.template;
    if (live === undefined || template === undefined) throw new Error('there is no template');
    const older = JSON.parse(JSON.stringify(template).replace('?js-enabled-only=true', '')) as typeof template;
    const given = {
      ...live,
      metadata: { ...live.metadata, annotations: { [POD_TEMPLATE_HASH_ANNOTATION]: digest(older) } },
    };
    expect(probeOf(deferChanges(template, given))).toBe('/healthz');
    const restarted = {
      ...template,
      metadata: { ...template.metadata, annotations: { 'nats.io/restartedAt': 'now' } },
    };
    expect(probeOf(deferChanges(restarted, given))).toBe('/healthz?js-enabled-only=true');
  });
});
