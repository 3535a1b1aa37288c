import * as fc from 'fast-check';
import { parse } from 'yaml';
import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import type { Conf } from '../../../../src/nats/conf/conf';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import { parseConf } from '../../../../src/nats/conf/parse';
import { printConf } from '../../../../src/nats/conf/print';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { clusterSpec } from '../../../arbitraries/cluster-spec';

/** The configuration of the cluster `c` in the namespace `n`, without the members that are not printed. */
function confOf(spec: string): Conf | undefined {
  const model = resolveCluster({
    metadata: { name: 'c', namespace: 'n' },
    spec: (parse(spec) ?? {}) as NatsClusterSpec,
  });
  return parseConf(printConf(natsConf(model)));
}

describe('natsConf', () => {
  test('of a spec that says nothing has ports, a name, routes to every pod, and no limits of our own', () => {
    expect(confOf('')).toStrictEqual({
      port: 4222,
      http_port: 8222,
      lame_duck_duration: '30s',
      cluster: {
        name: 'c',
        port: 6222,
        routes: ['nats://c-1.c-mgmt.n.svc:6222', 'nats://c-2.c-mgmt.n.svc:6222', 'nats://c-3.c-mgmt.n.svc:6222'],
      },
    });
  });

  test('has each option under the name that the server gives it', () => {
    const conf = confOf(`
      lameDuckDurationSeconds: 45
      natsConfig:
        debug: true
        trace: true
        disableLogtime: true
        write_deadline: 1m30s
        maxConnections: 1
        maxPayload: 2
        maxPending: 3
        maxSubscriptions: 4
        maxControlLine: 5
    `);
    expect(conf).toMatchObject({
      lame_duck_duration: '45s',
      debug: true,
      trace: true,
      logtime: false,
      write_deadline: '1m30s',
      max_connections: 1,
      max_payload: 2,
      max_pending: 3,
      max_subscriptions: 4,
      max_control_line: 5,
    });
  });

  test('treats 0, "" and false as unset, as Go clients send them', () => {
    const zeros = `
      natsConfig: {
        debug: false, trace: false, disableLogtime: false, write_deadline: '',
        maxConnections: 0, maxPayload: 0, maxPending: 0, maxSubscriptions: 0, maxControlLine: 0
      }`;
    expect(confOf(zeros)).toStrictEqual(confOf(''));
  });

  test('names a route once, however often the spec does', () => {
    const conf = confOf('{size: 1, extraRoutes: [{cluster: d}, {cluster: d}, {route: "nats://d-mgmt:6222"}]}');
    expect(conf?.cluster).toStrictEqual({ port: 6222, routes: ['nats://c-1.c-mgmt.n.svc:6222', 'nats://d-mgmt:6222'] });
  });

  test.each([
    ['1.4.1', undefined],
    ['2.1.9', undefined],
    ['2.2.0', 'c'],
    ['nightly-20260101', 'c'],
  ])('tells version %s the cluster name %s', (version, name) => {
    expect(confOf(`version: ${version}`)?.cluster).toHaveProperty('port', 6222);
    expect((confOf(`version: ${version}`)?.cluster as Conf).name).toBe(name);
  });

  test('never changes with a second look at the same spec', () => {
    const printed = (spec: NatsClusterSpec): string => printConf(natsConf(resolveCluster({ spec })));
    fc.assert(
      fc.property(clusterSpec('2.15.2'), spec => expect(printed(structuredClone(spec))).toBe(printed(spec))),
      { numRuns: 60 },
    );
  });
});

describe('natsConfig.extra', () => {
  test('adds options, and members to a block of ours', () => {
    const conf = confOf(`
      natsConfig: {extra: {ping_interval: 30s, server_tags: [a, b], cluster: {pool_size: 5, compression: {mode: s2_auto}}}}
    `);
    expect(conf).toMatchObject({
      ping_interval: '30s',
      server_tags: ['a', 'b'],
      cluster: { name: 'c', port: 6222, pool_size: 5, compression: { mode: 's2_auto' } },
    });
  });

  test.each(['port: 1', 'PORT: 1', 'cluster: 1', 'Cluster: {port: 1}', 'cluster: {Routes: []}', 'cluster: {name: d}'])(
    'can not override what we write: %s',
    extra => {
      expect(confOf(`natsConfig: {extra: {${extra}}}`)).toStrictEqual(confOf(''));
    },
  );

  test('that NATS can not read is no configuration', () => {
    expect(() => confOf('natsConfig: {extra: {a: null}}')).toThrow(RangeError);
  });
});
