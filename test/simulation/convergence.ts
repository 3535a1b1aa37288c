import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { items, part } from './objects';
import { serverOf } from './pod';
import type { Simulation } from './simulation';
import { condition } from './invariant-checker';

/** Fails unless every server is up, meshed and as the spec says, and the status says so. */
export function expectConverged(simulation: Simulation): void {
  const { api, node, cluster } = simulation;
  const { size, image } = resolveCluster(cluster);
  const pods = node.list();
  expect(pods.map(({ name }) => name)).toEqual(Array.from({ length: size }, (_, index) => `c-${index + 1}`).sort());
  expect(pods.map(pod => serverOf(pod.template).image)).toEqual(pods.map(() => image));
  expect(pods.every(pod => node.serves(pod))).toBe(true);

  const data = part(api.get('Secret', 'c'), 'data');
  expect(Object.keys(data)).toHaveLength(2);
  for (const { template } of pods) expect(data[serverOf(template).configKey]).toBe(data['nats.conf']);

  const status = Object.fromEntries(
    ['Ready', 'Reconciling', 'Stalled', 'ConfigApplied', 'SpecValid', 'Paused'].map(type => [
      type,
      part(condition(cluster.status, type)).status,
    ]),
  );
  expect(status).toEqual({
    Ready: 'True',
    Reconciling: undefined,
    Stalled: undefined,
    ConfigApplied: 'True',
    SpecValid: 'True',
    Paused: 'False',
  });
  expect(cluster.status).toMatchObject({
    phase: 'Running',
    state: 'Healthy',
    readyReplicas: size,
    updatedReplicas: size,
    size,
  });
  expect(items(part(api.get('Service', 'c'), 'spec').ports)).toHaveLength(1);
}

/** Fails unless a rollout waits for a server, and the status says so. */
export function expectWaitingRollout({ cluster }: Simulation): void {
  expect(condition(cluster.status, 'Reconciling')).toMatchObject({
    reason: 'RollingUpdate',
    message: expect.stringMatching(/updated, waiting/) as string,
  });
}
