import { until } from '../../../../tools/toolchain/until';
import { KubeClient } from '../../../../src/runtime/kube-client';
import { ServiceRoleController } from '../../../../src/nats-service-role/controller/controller';
import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { compileSchemas } from '../../../../src/schema/validate-schema';
import { answerJson, isWatch, LoopbackApi } from '../../runtime/loopback-api';
import { role } from '../fixtures';

const silent = { info: () => undefined, warn: () => undefined };

let api: LoopbackApi;
let asked: string[];
let roles: ServiceRoleController;

beforeAll(compileSchemas, 60_000);

beforeEach(async () => {
  asked = [];
  api = await LoopbackApi.open((request, response) => {
    if (isWatch(request)) return;
    const { pathname } = new URL(request.url ?? '', 'http://api');
    asked.push(pathname);
    if (pathname.endsWith('/serviceaccounts')) answerJson(response, { reason: 'Forbidden', message: 'no' }, 403);
    else answerJson(response, { metadata: { resourceVersion: '1' }, items: [role('orders')] });
  });
});

afterEach(async () => {
  roles.stop();
  await api.close();
});

/** What the roles of the cluster `c` come to. */
async function reconcile(spec: NatsClusterSpec, issuesTokens: boolean): ReturnType<ServiceRoleController['reconcile']> {
  const place = { scope: undefined, operatorNamespace: undefined, issuesTokens, gracePeriod: 0 };
  roles = new ServiceRoleController(
    new KubeClient(),
    silent,
    place,
    async (_key, work) => Promise.resolve(work()),
    () => undefined,
  );
  roles.secretsListed();
  return roles.reconcile('n/c', observedWith(spec));
}

const observedWith = (spec: NatsClusterSpec): Parameters<ServiceRoleController['reconcile']>[1] => ({
  cluster: { metadata: { name: 'c', namespace: 'n' }, spec },
  children: [],
  problems: [],
});

const accountsAsked = (): string[] => asked.filter(path => path.endsWith('/serviceaccounts'));

test('an operator that issues no tokens asks for no ServiceAccount, and settles roles all the same', async () => {
  const settled = await reconcile({ auth: { enableServiceAccounts: true } }, false);
  expect(settled).toMatchObject({ outcome: { kind: 'done' }, isKnown: true, users: [] });
  expect(accountsAsked()).toEqual([]);
});

test('roles of a cluster that has no use for them ask for no ServiceAccount', async () => {
  expect(await reconcile({}, true)).toMatchObject({ isKnown: true, users: undefined });
  expect(accountsAsked()).toEqual([]);
});

test('while not all is listed yet, as after a start, no cluster goes on without its roles', async () => {
  expect((await reconcile({ auth: { enableServiceAccounts: true } }, true)).isKnown).toBe(false);
  expect(await roles.reconcile('n/c', observedWith({ auth: { enableServiceAccounts: true } }))).toMatchObject({
    isKnown: false,
    users: undefined,
  });
});

test('roles that are served do', async () => {
  expect(await reconcile({ auth: { enableServiceAccounts: true } }, true)).toMatchObject({ isKnown: false });
  expect(await until(() => accountsAsked().length > 0, 10_000)).toBe(true);
});
