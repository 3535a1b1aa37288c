import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { expectConverged } from '../../../simulation/convergence';
import { routesTls } from '../../../simulation/history';
import { part } from '../../../simulation/objects';
import { serverOf } from '../../../simulation/pod';
import { Simulation } from '../../../simulation/simulation';
import { condition } from '../../../simulation/invariant-checker';

const good: NatsClusterSpec = { size: 3, version: '2.15.2', auth: { clusterAuthSecret: 'login-a' } };

const changes: readonly [string, Partial<NatsClusterSpec>, string][] = [
  ['another cluster name', { clusterName: 'other' }, 'the cluster has another name (cluster.name)'],
  ['a name by a gateway', { gatewayConfig: { name: 'east' } }, 'the cluster has another name (cluster.name)'],
  ['TLS of routes', { tls: routesTls }, 'routes have TLS on one side alone (cluster.tls)'],
  [
    'other credentials of routes',
    { auth: { clusterAuthSecret: 'login-b' } },
    'routes have other credentials (cluster.authorization)',
  ],
];

const settled = (spec: NatsClusterSpec = good): Simulation => Simulation.stable(spec);

/** Rounds until nothing moves for half a minute, with what the status said of Ready after each. */
function readyMessages(simulation: Simulation): string[] {
  const messages: string[] = [];
  for (let still = 0; still < 15; ) {
    still = simulation.round() ? 0 : still + 1;
    messages.push(String(part(condition(simulation.cluster.status, 'Ready')).message));
  }
  return messages;
}

describe.each(changes)('%s, which old and new servers reject each other for', (_name, change, reason) => {
  test('reaches all servers within the time that they take to start', () => {
    const simulation = settled();
    const begin = simulation.time;
    simulation.changeSpec(change);
    readyMessages(simulation);
    expectConverged(simulation);
    expect(simulation.time - begin).toBeLessThan(90_000);
  });

  test('is reported in Ready while it separates the servers', () => {
    const simulation = settled();
    simulation.changeSpec(change);
    const messages = readyMessages(simulation);
    expect(messages).toContain(
      `3 of 3 servers ready, but c-1, c-2 and c-3 have no routes to each other, because ${reason}: their clients do not reach each other until all servers are replaced`,
    );
    expect(messages.at(-1)).toBe('3 of 3 servers ready');
  });

  test('is rolled back like any other when its first server does not start', () => {
    const simulation = settled();
    const before = simulation.node.list().map(({ template }) => serverOf(template).configKey);
    simulation.faults.sick.add('c-3');
    simulation.changeSpec({ ...change, natsConfig: { extra: { server_tags: ['broken'] } } });
    simulation.runUntilStable();
    simulation.recover();
    simulation.runUntilStable();
    expect(simulation.node.list().map(({ template }) => serverOf(template).configKey)).toEqual(before);
    expect(simulation.node.list().every(pod => simulation.node.serves(pod))).toBe(true);
    expect(condition(simulation.cluster.status, 'ConfigApplied')).toMatchObject({ reason: 'RolloutFailed' });
    simulation.changeSpec({ ...change, natsConfig: {} });
    simulation.runUntilStable();
    expectConverged(simulation);
  });
});

test('another authority of routes reaches all servers, though it takes a while to know that they will not find each other', () => {
  const simulation = settled({ ...good, tls: routesTls });
  const begin = simulation.time;
  simulation.changeSpec({ tls: { ...routesTls, routesSecret: 'other-routes' } });
  expect(readyMessages(simulation).join()).toContain('the certificates of routes have changed');
  expectConverged(simulation);
  expect(simulation.time - begin).toBeLessThan(150_000);
});

test('credentials that are added to routes, or removed, separate no servers', () => {
  const simulation = settled({ ...good, auth: {} });
  simulation.changeSpec({ auth: { clusterAuthSecret: 'login-a' } });
  expect(readyMessages(simulation).join()).not.toContain('no routes with each other');
  expectConverged(simulation);
  simulation.changeSpec({ auth: {} });
  expect(readyMessages(simulation).join()).not.toContain('no routes with each other');
  expectConverged(simulation);
});
