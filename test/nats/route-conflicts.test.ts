import { setTimeout as pause } from 'node:timers/promises';
import { isBlock, type Conf, type ConfBlock } from '../../src/nats/conf/conf';
import { findRouteConflict } from '../../src/nats-cluster/rollout/route-conflicts';
import { waitFor } from '../cluster/support/wait-for';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { ask } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

interface Side {
  readonly cluster: ConfBlock;
}

const login = (password: string): ConfBlock => ({ authorization: { username: 'r', password } });

const cases: readonly [string, Side, Side, string | undefined][] = [
  ['another name', { cluster: { name: 'a' } }, { cluster: { name: 'b' } }, 'cluster.name'],
  ['another login', { cluster: login('a') }, { cluster: login('b') }, 'cluster.authorization'],
  ['the same login', { cluster: login('a') }, { cluster: login('a') }, undefined],
  ['a login that comes', { cluster: {} }, { cluster: login('a') }, undefined],
  ['a login that goes', { cluster: login('a') }, { cluster: {} }, undefined],
];

interface Routez {
  readonly routes?: readonly { readonly rid: number }[] | null;
}

const routesOf = async (server: RunningServer): Promise<number[]> =>
  ((await ask<Routez>(server, '/routez')).routes ?? []).map(({ rid }) => rid);

/** Whether a server keeps a route: 2.10 shows one for a moment before it refuses its login, and so again and again. */
async function isRouted(server: RunningServer): Promise<boolean> {
  const before = await routesOf(server);
  await pause(1_000);
  const after = await routesOf(server);
  return before.some(route => after.includes(route));
}

const areRouted = async (servers: readonly RunningServer[]): Promise<boolean> =>
  waitFor(async () => (await Promise.all(servers.map(isRouted))).every(Boolean), {
    what: 'a route that stays',
    deadline: 4_000,
  }).then(
    () => true,
    () => false,
  );

/** As the operator has it: each dials the other, with its own login. */
describeNats.each(supportedVersions)(
  'servers of %s have routes with each other, or not, as the table says:',
  version => {
    const servers = new Servers(version);
    afterEach(async () => servers.stop());

    const dialing = ({ cluster }: Side, name: string, to?: RunningServer): Conf => {
      const { authorization } = cluster;
      const password = isBlock(authorization) ? authorization.password : undefined;
      const user = typeof password === 'string' ? `r:${password}@` : '';
      const routes = to === undefined ? [] : [`nats://${user}${to.cluster}`];
      return { server_name: name, cluster: { name: 'a', ...cluster, routes } };
    };

    test.each(cases)(
      '%s',
      async (_name, one, other, option) => {
        const [a, b] = [dialing(one, 'a'), dialing(other, 'b')];
        const conflict = findRouteConflict({ conf: a, trust: '' }, { conf: b, trust: '' });
        expect(conflict?.option).toBe(option);
        const first = await servers.start(a);
        const second = await servers.start(dialing(other, 'b', first));
        await first.reload(dialing(one, 'a', second));
        expect(await areRouted([first, second])).toBe(conflict === undefined);
      },
      30_000,
    );
  },
);
