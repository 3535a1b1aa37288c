import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import type { RemotesReport, Observed, ServerReport } from '../../../../src/nats-cluster/observed';
import { reviewRemotes, type RemotesReview } from '../../../../src/nats-cluster/rollout/remotes';
import { membersOf, type Server } from './servers';

const none: RemotesReport = { gateways: new Set(), remotes: 0, routes: new Set() };

/** Reviews a cluster of two servers, each of which says that of its neighbours. */
function review(
  spec: NatsClusterSpec,
  says: readonly (Partial<RemotesReport> | undefined)[],
  servers: readonly Server[] = [{}, {}],
): RemotesReview | undefined {
  const reports = says.map((remotes, index): [string, ServerReport] => [
    `c-${index + 1}`,
    {
      ...{ answered: true, serverId: `id-${index + 1}`, routedTo: new Set() },
      ...(remotes === undefined ? {} : { remotes: { ...none, ...remotes } }),
    },
  ]);
  const observed: Observed = { cluster: { spec }, children: [], pods: [], servers: new Map(reports) };
  return reviewRemotes(observed, membersOf(servers));
}

const lacks = (...args: Parameters<typeof review>): string[] | undefined =>
  review(...args)?.missing.map(({ server, what }) => `${server} ${what}`);

const gateways: NatsClusterSpec = {
  gatewayConfig: {
    name: 'east',
    gateways: ['east', 'west', 'south'].map(name => ({ name, url: `nats://${name}:7222` })),
  },
};
const remotes: NatsClusterSpec = { leafnodeConfig: { remotes: [{ url: 'nats://a:7422' }, { url: 'nats://b:7422' }] } };
const routes: NatsClusterSpec = { extraRoutes: [{ cluster: 'other' }] };

test('reports no missing remotes when the spec names none', () => {
  expect(review({ gatewayConfig: { name: 'east' }, leafnodeConfig: { hostPort: 7422 } }, [{}, {}])).toBeUndefined();
});

test('each server needs a gateway to every other cluster, and not to its own', () => {
  const both = { gateways: new Set(['west', 'south']) };
  expect(lacks(gateways, [both, both])).toEqual([]);
  expect(lacks(gateways, [both, { gateways: new Set(['south']) }])).toEqual(['c-2 has no gateway to west']);
});

test('each server needs to be a leaf node of every remote', () => {
  expect(lacks(remotes, [{ remotes: 2 }, { remotes: 2 }])).toEqual([]);
  expect(lacks(remotes, [{ remotes: 2 }, { remotes: 1 }])).toEqual(['c-2 is a leaf node of 1 of 2 remotes']);
});

test('each server needs a route to another than the own servers', () => {
  const foreign = { routes: new Set(['id-1', 'id-2', 'id-other']) };
  expect(lacks(routes, [foreign, foreign])).toEqual([]);
  const own = { routes: new Set(['id-1']) };
  expect(lacks(routes, [foreign, own])).toEqual(['c-2 has no route to a server of spec.extraRoutes']);
});

test('a server that has just come up may be looking for them still', () => {
  const [fresh, old] = [{ minutes: 0.1 }, { minutes: 9 }];
  const all = { remotes: 2 };
  expect(review(remotes, [{}, all], [fresh, old])?.young).toBe(true);
  expect(review(remotes, [{}, {}], [fresh, old])?.young).toBe(false);
});

test('where no server could be asked, nothing is known', () => {
  expect(review(remotes, [undefined, undefined])).toMatchObject({ known: false, missing: [] });
  expect(review(remotes, [{}, {}], [{ ready: false }, { ready: false }])).toMatchObject({ known: false });
});
