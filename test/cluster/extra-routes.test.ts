import type { V1Pod } from '@kubernetes/client-node';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import {
  addressOf,
  expectConnected,
  expectDisconnected,
  expectJoined,
  expectMessages,
  onlyServer,
} from './support/connected-clusters';
import { applyExample } from './support/example';
import { monitor } from './support/monitoring';
import { applyCluster } from './support/nats-cluster';
import { makeOutsidePod } from './support/outside-pod';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { waitForLog } from './support/server-log';

let environment: TestEnvironment;
let guarded: V1Pod;
let open: V1Pod;

/** All clusters of this file at once, and two servers that are no business of the operator: one asks for a login, the other does not. */
beforeAll(async () => {
  environment = await setupRestrictedEnvironment('extra-routes');
  [guarded, open] = await Promise.all([
    outsideServer('example-outside', 'mesh:right@'),
    outsideServer('open-outside', ''),
    putLogin('example-mesh-login', 'right'),
    putLogin('wrong-login', 'wrong'),
    applyExample(environment.namespace, 'extra-routes'),
    applyExample(environment.namespace, 'extra-routes-outside'),
    applyCluster(environment.namespace, 'open', joining('open-outside')),
    applyCluster(environment.namespace, 'liar', {
      ...joining('example-outside'),
      auth: { clusterAuthSecret: 'wrong-login' },
    }),
  ]);
}, 120_000);

const outsideServer = async (name: string, login: string): Promise<V1Pod> =>
  makeOutsidePod(environment.namespace, {
    name,
    port: 6222,
    container: { image: 'nats:2.15.2', args: ['--cluster', `nats://${login}0.0.0.0:6222`, '--http_port', '8222'] },
  });

const putLogin = async (secret: string, password: string): Promise<void> =>
  putSecret(environment.namespace, secret, { 'login.json': JSON.stringify({ username: 'mesh', password }) });

const joining = (host: string): NatsClusterSpec => ({ size: 1, extraRoutes: [{ route: `nats://${host}:6222` }] });

const addressOfPod = ({ status }: V1Pod): string => status?.podIP ?? '';

async function routesOf(pod: V1Pod): Promise<(string | undefined)[]> {
  const { routes } = await monitor<{ routes: { remote_name?: string }[] }>(pod, 'routez');
  return [...new Set(routes.map(({ remote_name: name }) => name))];
}

test('extra routes make one mesh of two NatsClusters', async () => {
  await expectJoined(environment.namespace, 'example-main', 'example-annex');
  await expectConnected(environment.namespace, 'example-main', /routes to servers of spec\.extraRoutes$/);
}, 150_000);

test('a server of nobody joins the mesh', async () => {
  await expectConnected(environment.namespace, 'open', /routes/);
  await expectMessages({ address: await addressOf(environment.namespace, 'open') }, { address: addressOfPod(open) });
  expect(await routesOf(open)).toEqual(['open-1']);
}, 150_000);

test('a server of nobody that asks for a login joins the mesh of those who have it', async () => {
  await expectConnected(environment.namespace, 'example-inside', /routes/);
  const address = await addressOf(environment.namespace, 'example-inside');
  await expectMessages({ address }, { address: addressOfPod(guarded) });
  const inside = await onlyServer(environment.namespace, 'example-inside');
  const { cluster } = await monitor<{ cluster: object }>(inside, 'varz');
  expect(cluster).toMatchObject({ auth_timeout: 3 });
}, 150_000);

test('with a login that is not right there is no route, and the status says so', async () => {
  const words =
    /liar-1 has no route to a server of spec\.extraRoutes: .* same credentials \(spec\.auth\.clusterAuthSecret\)/;
  await expectDisconnected(environment.namespace, 'liar', words);
  await waitForLog(await onlyServer(environment.namespace, 'liar'), /route error 'authorization violation'/i);
  expect(await routesOf(guarded)).toEqual(['example-inside-1']);
}, 150_000);
