import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { NatsClusterStatus } from '../../../../generated/nats-cluster';
import { parseConf } from '../../../../src/nats/conf/parse';
import { ClusterController } from '../../../../src/nats-cluster/controller/controller';
import { KubeClient } from '../../../../src/runtime/kube-client';
import { childPath } from '../../../../src/nats-cluster/controller/cluster-api';
import type { ChildSecret } from '../../../../src/nats-cluster/child';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import type { SecretContent } from '../../../../src/kubernetes/secret-content';
import { compileSchemas } from '../../../../src/schema/validate-schema';
import { sync } from '../../../../src/nats-cluster/sync';
import { waitFor } from '../../../cluster/support/wait-for';
import { secretOf } from '../../../fixtures/secret';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

const NAMESPACE = 'team';
const CLUSTER = '/apis/nats.io/v1alpha2/namespaces/team/natsclusters/c';
const PATIENCE = 300;

const cluster: NatsClusterObject = {
  metadata: { name: 'c', namespace: NAMESPACE, uid: 'u-1', generation: 1 },
  spec: { size: 1, version: '2.15.2', auth: { clientsAuthSecret: 'users', enableServiceAccounts: true } },
};

const claims = Buffer.from(
  JSON.stringify({
    ...{ aud: [`nats://c.${NAMESPACE}.svc`], iat: 1, exp: 2 },
    'kubernetes.io': { secret: { uid: 's' }, serviceaccount: { uid: 'a' } },
  }),
).toString('base64url');
const orders = {
  username: 'orders',
  password: `e30.${claims}.c2ln`,
  permissions: { publish: ['orders.>'], subscribe: { deny: ['>'] } },
};

const usersOf = (...names: readonly string[]): SecretContent =>
  secretOf({ 'a.json': JSON.stringify({ users: names.map(username => ({ username, password: 'p' })) }) });

/** What stands in for an API server that has taken away the right to list NatsServiceRoles; it stores what is applied. */
class Api {
  readonly objects = new Map<string, object>();
  readonly requests: string[] = [];
  readonly statuses: NatsClusterStatus[] = [];
  isForbidden = true;
  #version = 10;

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.#handle(request, response);
  };

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    const body = await text(request);
    this.requests.push(`${method} ${path}`);
    const [status, answer] = this.#answerTo(method, path, body);
    answerJson(response, answer, status);
  }

  #answerTo(method: string, path: string, body: string): [number, object] {
    if (method === 'GET') {
      if (path.endsWith('/natsserviceroles') && this.isForbidden) return [403, { reason: 'Forbidden', message: 'no' }];
      const isList = /\/(pods|events|natsserviceroles|serviceaccounts)$/.test(path);
      const stored = this.objects.get(path);
      return stored === undefined ? (isList ? [200, { items: [] }] : [404, { reason: 'NotFound' }]) : [200, stored];
    }
    this.#version += 1;
    const object = JSON.parse(body) as { metadata: object; status?: NatsClusterStatus };
    if (path === `${CLUSTER}/status` && object.status !== undefined) this.statuses.push(object.status);
    const metadata = { uid: `uid-${path}`, ...object.metadata, resourceVersion: String(this.#version) };
    const stored = { ...object, metadata };
    if (!path.endsWith('/status')) this.objects.set(path, stored);
    return [200, path.endsWith('/status') ? { ...cluster, ...stored } : stored];
  }
}

let api: Api;
let server: LoopbackApi;
let controller: ClusterController;
let kube: KubeClient;

beforeAll(compileSchemas, 60_000);

beforeEach(async () => {
  api = new Api();
  server = await LoopbackApi.open(api.handle);
  const silent = () => undefined;
  kube = new KubeClient();
  controller = new ClusterController({
    kube,
    log: { info: silent, warn: silent },
    scope: undefined,
    ownership: { has: () => true, other: () => undefined, during: async (_namespace, work) => work() },
    imageRepository: undefined,
    rolesGracePeriod: PATIENCE,
  });
  controller.secretsListed();
  api.objects.set(CLUSTER, cluster);
});

afterEach(async () => {
  controller.stop();
  await server.close();
});

/** The names of the users in the configuration that was applied. */
function usersIn(): string[] | undefined {
  const secret = api.objects.get(childPath('Secret', NAMESPACE, 'c')) as ChildSecret | undefined;
  const conf = parseConf(Buffer.from(secret?.data?.['nats.conf'] ?? '', 'base64').toString());
  const { users } = (conf?.authorization ?? {}) as { users?: readonly { username?: string }[] };
  return users?.flatMap(({ username }) => username ?? []);
}

const condition = (): NonNullable<NatsClusterStatus['conditions']>[number] | undefined =>
  api.statuses.at(-1)?.conditions?.find(({ type }) => type === 'ServiceRolesUnavailable');

describe('while NatsServiceRoles can not be listed', () => {
  test('a user who is removed is out, and those of the roles stay with their tokens and permissions', async () => {
    const secrets = new Map([['users', usersOf('alice', 'mallory')]]);
    const running = sync(
      { cluster, children: [], pods: [], servers: new Map(), secrets, serviceUsers: [orders] },
      new Date(),
    );
    for (const action of running.actions)
      if (action.type === 'apply')
        api.objects.set(childPath(action.child.kind, NAMESPACE, action.child.metadata.name), action.child);
    expect(usersIn()).toEqual(['alice', 'mallory', 'orders']);
    api.objects.set(childPath('Secret', NAMESPACE, 'users'), usersOf('alice'));
    controller.clusterChanged(cluster, 'present');
    await waitFor(() => usersIn()?.includes('mallory') === false, { what: 'mallory to be out', interval: 10 });
    expect(usersIn()).toEqual(['alice', 'orders']);
    const { data = {} } = api.objects.get(childPath('Secret', NAMESPACE, 'c')) as ChildSecret;
    const conf = parseConf(Buffer.from(data['nats.conf'] ?? '', 'base64').toString());
    expect(conf?.authorization).toMatchObject({ users: [{ username: 'alice' }, orders] });
    await waitFor(() => condition() !== undefined, { what: 'the condition', interval: 10 });
    expect(condition()).toMatchObject({ status: 'True', reason: 'NotReadable' });
    expect(condition()?.message).toContain('403 Forbidden');
    expect(api.requests.filter(request => request.startsWith('DELETE') || request.includes('/token'))).toEqual([]);
  }, 20_000);

  test('a new cluster is made, and the condition goes when they can be listed again', async () => {
    api.objects.set(childPath('Secret', NAMESPACE, 'users'), usersOf('alice'));
    controller.clusterChanged(cluster, 'present');
    await waitFor(() => condition() !== undefined, { what: 'the condition', interval: 10 });
    expect(usersIn()).toEqual(['alice']);
    expect(api.objects.has(childPath('StatefulSet', NAMESPACE, 'c'))).toBe(true);
    api.isForbidden = false;
    controller.clusterChanged(cluster, 'present');
    await waitFor(() => condition() === undefined, { what: 'the condition to go', interval: 10 });
  }, 20_000);

  test('users whom nothing names any more keep the cluster waiting, rather than lose their access', async () => {
    const statefulSet = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'c', namespace: NAMESPACE } };
    api.objects.set(childPath('StatefulSet', NAMESPACE, 'c'), statefulSet);
    api.objects.set(childPath('Secret', NAMESPACE, 'users'), usersOf('alice'));
    controller.clusterChanged(cluster, 'present');
    const lists = (): number => api.requests.filter(request => request.endsWith('/natsserviceroles')).length;
    await waitFor(() => lists() > 4, { what: 'the roles to be tried often', interval: 10 });
    expect(usersIn()).toBeUndefined();
  }, 20_000);
});

test('where their watch is refused after they were listed, the condition says so until they are shown again', async () => {
  const watch = '/apis/nats.io/v1alpha2/natsserviceroles';
  api.isForbidden = false;
  api.objects.set(childPath('Secret', NAMESPACE, 'users'), usersOf('alice'));
  kube.signs.begin(watch);
  kube.signs.refused(watch, '403 Forbidden: no');
  controller.clusterChanged(cluster, 'present');
  await waitFor(() => condition()?.message?.endsWith(': 403 Forbidden: no'), { what: 'the condition', interval: 10 });
  expect(usersIn()).toEqual(['alice']);
  kube.signs.shown(watch);
  controller.clusterChanged(cluster, 'present');
  await waitFor(() => condition() === undefined, { what: 'the condition to go', interval: 10 });
}, 20_000);
