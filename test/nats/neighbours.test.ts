import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { reservePort } from '../../tools/toolchain/reserve-ports';
import type { Conf } from '../../src/nats/conf/conf';
import { withValue } from '../../src/nats/conf/path';
import { askRemotes, toLastingRoutes } from '../../src/nats-cluster/monitoring/remotes-report';
import { namedRemotes } from '../../src/nats-cluster/spec/remotes';
import type { RemotesReport } from '../../src/nats-cluster/observed';
import { waitFor } from '../cluster/support/wait-for';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { ask, confOf } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

const HOST = '127.0.0.1';

/** What a server that runs with that spec says of its neighbours. */
async function report(server: RunningServer, spec: NatsClusterSpec): Promise<RemotesReport> {
  const remotes = namedRemotes(spec);
  if (remotes === undefined) throw new Error('the spec names no neighbours');
  const others = await askRemotes(async (page, take) => take(await ask(server, `/${page}`)), remotes);
  return { ...others, routes: toLastingRoutes(await ask(server, '/routez')) };
}

describeNats.each(supportedVersions)('nats-server %s tells', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  const login = (password: string): Record<string, Record<string, string>> => ({
    login: { a: JSON.stringify({ username: 'u', password }) },
  });

  async function start(spec: NatsClusterSpec, password = 'right'): Promise<RunningServer> {
    return servers.start(confOf(version, spec, login(password)));
  }

  test('which gateways it has, and none that refuse it', async () => {
    const ports = { east: await reservePort(), west: await reservePort(), south: await reservePort() };
    const gateways = Object.entries(ports).map(([name, port]) => ({ name, url: `nats://${HOST}:${port}` }));
    const spec = (name: keyof typeof ports): NatsClusterSpec => ({
      auth: { gatewayAuthSecret: 'login' },
      gatewayConfig: { name, hostPort: ports[name], gateways },
    });
    const [east, , south] = [await start(spec('east')), await start(spec('west')), await start(spec('south'), 'wrong')];
    await waitFor(async () => (await report(east, spec('east'))).gateways.has('west'), { what: 'the gateway to west' });
    expect([...(await report(east, spec('east'))).gateways]).toEqual(['west']);
    await waitFor(() => /Authorization Violation/i.test(south.log()), { what: 'the refusal of south' });
    expect([...(await report(south, spec('south'))).gateways]).toEqual([]);
  }, 60_000);

  test('of how many remotes it is a leaf node', async () => {
    const port = await reservePort();
    const hub = await start({ leafnodeConfig: { hostPort: port } });
    const url = `nats://${HOST}:${port}`;
    const spec: NatsClusterSpec = {
      clusterName: 'leaf',
      leafnodeConfig: { remotes: [{ url }, { url: `nats://${HOST}:${await reservePort()}` }] },
    };
    const leaf = await start(spec);
    await waitFor(async () => (await report(leaf, spec)).remotes === 1, { what: 'the leaf node to find its hub' });
    expect((await report(hub, spec)).remotes).toBe(0);
  }, 60_000);

  test('which servers it has routes to', async () => {
    const spec: NatsClusterSpec = { extraRoutes: [{ route: `nats://${HOST}:1` }] };
    const other = await start(spec);
    const dialling: Conf = withValue(confOf(version, spec), ['cluster', 'routes'], [`nats://${other.cluster}`]);
    const server = await servers.start(dialling);
    const { server_id: id } = await ask<{ server_id: string }>(other, '/varz');
    await waitFor(async () => (await report(server, spec)).routes.has(id), { what: 'the route' });
  }, 60_000);
});
