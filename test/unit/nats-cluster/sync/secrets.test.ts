import type { NatsClusterSpec, NatsClusterStatus } from '../../../../generated/nats-cluster';
import { parseConf } from '../../../../src/nats/conf/parse';
import { childId, findChild, type ChildSecret, type ChildStatefulSet } from '../../../../src/nats-cluster/child';
import type { Child } from '../../../../src/nats-cluster/children';
import type { Observed } from '../../../../src/nats-cluster/observed';
import type { SecretContent } from '../../../../src/kubernetes/secret-content';
import type { ServiceUser } from '../../../../src/nats-cluster/spec/service-user';
import { sync, type SyncResult } from '../../../../src/nats-cluster/sync';
import { makeAuthority, makeIdentity } from '../../../fixtures/certificates';
import { secretOf } from '../../../fixtures/secret';

const NOW = new Date();
const spec: NatsClusterSpec = { size: 1, version: '2.15.2', auth: { clientsAuthSecret: 'users' } };
const users = (password: string): SecretContent =>
  secretOf({ 'a.json': JSON.stringify({ users: [{ username: 'a', password }] }) });

interface ClusterCache {
  readonly spec?: NatsClusterSpec;
  readonly children?: readonly Child[];
  readonly status?: NatsClusterStatus;
  readonly serviceUsers?: readonly ServiceUser[];
}

function look(secret: SecretContent | undefined, world: ClusterCache = {}): SyncResult {
  const observed: Observed = {
    cluster: {
      metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
      spec: world.spec ?? spec,
      ...(world.status === undefined ? {} : { status: world.status }),
    },
    children: world.children ?? [],
    pods: [],
    servers: new Map(),
    secrets: new Map([['users', secret]]),
    ...(world.serviceUsers === undefined ? {} : { serviceUsers: world.serviceUsers }),
  };
  return sync(observed, NOW);
}

/** What a look wants to apply, as the API server would then hold it. */
const applied = ({ actions }: SyncResult): Child[] =>
  actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));

const condition = ({ status }: SyncResult, type: string): unknown =>
  status.conditions?.find(candidate => candidate.type === type);

describe('a new cluster', () => {
  test('waits for a Secret that is not there yet, and says so', () => {
    const result = look(undefined);
    const message = 'spec.auth.clientsAuthSecret: Secret "users" does not exist (create it in namespace n)';
    expect(result.actions).toEqual([]);
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'False', reason: 'Missing', message });
    expect(condition(result, 'ConfigApplied')).toMatchObject({ status: 'False', reason: 'SecretInvalid' });
    expect(result.status).toMatchObject({
      phase: 'Creating',
      reason: `The servers are created once the Secrets are there: ${message}`,
    });
    expect(result.events).toEqual([{ type: 'Warning', reason: 'SecretInvalid', message }]);
  });

  test('has its configuration meanwhile where no Secret is part of it, and nothing else', () => {
    const result = look(undefined, { spec: { size: 1, version: '2.15.2', operatorConfig: { secret: 'jwt' } } });
    expect(applied(result).map(childId)).toEqual(['Secret/c']);
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'False', reason: 'Missing' });
    expect(result.status).not.toHaveProperty('configDigest');
  });

  test('is made once the Secret holds what it must', () => {
    const result = look(users('p'));
    expect(applied(result).map(({ kind }) => kind)).toContain('StatefulSet');
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'True', reason: 'Valid' });
  });
});

/** A cluster that runs, as the API server would hold it. */
function running(
  ran: NatsClusterSpec = spec,
  secret = users('p'),
): ClusterCache & { readonly children: readonly Child[] } {
  const children = applied(look(secret, { spec: ran }));
  const { status } = look(secret, { spec: ran, children });
  return { spec: ran, children, status: { ...status, currentVersion: '2.15.2' } };
}

describe('a running cluster', () => {
  const world = running();

  test('keeps everything as it is while a Secret is broken, and says where without a word of what it holds', () => {
    const result = look(secretOf({ 'a.json': '{"users": [{"username": "a", "password": s3cret}]}' }), world);
    expect(result.actions).toEqual([]);
    expect(result.status).toMatchObject({
      phase: 'Failed',
      reason: expect.stringContaining('line 1, column') as string,
    });
    expect(condition(result, 'ConfigApplied')).toMatchObject({ reason: 'SecretInvalid' });
    expect(condition(result, 'SpecValid')).toMatchObject({ status: 'True' });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  test('keeps everything as it is while a Secret is gone', () => {
    expect(look(undefined, world)).toMatchObject({ actions: [], status: { phase: 'Failed' } });
  });

  test('leaves its name to a service account while a Secret takes it, and says where', () => {
    const withAccounts = running({ ...spec, auth: { ...spec.auth, enableServiceAccounts: true } });
    const serviceUsers = [{ username: 'orders', password: 'token', permissions: {} }];
    const both = { 'a.json': JSON.stringify({ users: [{ username: 'orders', password: 'p' }] }) };
    const result = look(secretOf(both), { ...withAccounts, serviceUsers });
    const [config, ...others] = applied(result);
    expect(others).toEqual([]);
    const text = Buffer.from((config as ChildSecret).data?.['nats.conf'] ?? '', 'base64').toString();
    // The user who was in the Secret before has been taken out of it.
    expect(parseConf(text)?.authorization).toEqual({
      users: [{ username: 'orders', password: 'token', permissions: {} }],
    });
    const message =
      'spec.auth.clientsAuthSecret: Secret "users", key "a.json": users[0] duplicates user "orders" (the first is of a NatsServiceRole; rename one of the two)';
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'False', reason: 'Invalid', message });
  });

  test('continues when the Secret is corrected, and reports it', () => {
    const broken = look(secretOf({ 'a.json': '' }), world);
    const mended = look(users('q'), { ...world, status: broken.status });
    expect(applied(mended).map(({ kind }) => kind)).toContain('Secret');
    expect(mended.events).toContainEqual({
      type: 'Normal',
      reason: 'SecretsValid',
      message: 'The Secrets hold what the servers need',
    });
    expect(mended.status.phase).not.toBe('Failed');
  });
});

describe('while a Secret is broken', () => {
  const broken = secretOf({ 'a.json': 'oops' });
  const world = running();
  const without = (...ids: readonly string[]): ClusterCache => ({
    ...world,
    children: world.children.filter(child => !ids.includes(childId(child))),
  });
  const statefulSet = findChild(world.children, 'StatefulSet', 'c');
  /** The StatefulSet as somebody, or an earlier sync, has left it. */
  const withSet = (spec: object): ClusterCache => ({
    ...world,
    children: world.children.map(child =>
      child.kind === 'StatefulSet' ? ({ ...child, spec: { ...child.spec, ...spec } } as Child) : child,
    ),
  });

  test('Services and the budget come back, and all else stays', () => {
    const result = look(broken, without('Service/c', 'Service/c-mgmt', 'PodDisruptionBudget/c'));
    expect(applied(result).map(childId)).toEqual(['Service/c-mgmt', 'Service/c', 'PodDisruptionBudget/c']);
    expect(result.events).toEqual([expect.objectContaining({ reason: 'SecretInvalid' })]);
    expect(condition(result, 'Stalled')).toMatchObject({ status: 'True', reason: 'SecretInvalid' });
  });

  test('a changed Service is reverted, and follows the spec', () => {
    const policy = { servicePolicy: { annotations: { mine: 'yes' } } };
    const [service, ...others] = applied(look(broken, { ...world, spec: { ...spec, ...policy } }));
    expect(others).toEqual([]);
    expect(service?.metadata.annotations).toMatchObject(policy.servicePolicy.annotations);
  });

  test('the number of servers is reverted, and follows the spec, with the current template', () => {
    const size = (result: SyncResult): unknown =>
      applied(result).map(child => ({
        kind: child.kind,
        replicas: child.kind === 'StatefulSet' ? child.spec?.replicas : undefined,
      }));
    expect(size(look(broken, withSet({ replicas: 0 })))).toEqual([{ kind: 'StatefulSet', replicas: 1 }]);
    const grown = look(broken, { ...world, spec: { ...spec, size: 3, version: '2.14.9' } });
    expect(size(grown)).toEqual([{ kind: 'StatefulSet', replicas: 3 }]);
    expect(findChild(applied(grown), 'StatefulSet', 'c')?.spec?.template).toEqual(statefulSet?.spec?.template);
  });

  test('a changed spec replaces no server', () => {
    expect(
      look(broken, { ...world, spec: { ...spec, version: '2.14.9', natsConfig: { debug: true } } }).actions,
    ).toEqual([]);
  });

  test('the StatefulSet is recreated for the current configuration', () => {
    const [made, ...others] = applied(look(broken, without('StatefulSet/c')));
    expect(others).toEqual([]);
    expect(made).toMatchObject({ kind: 'StatefulSet', spec: { replicas: 1 } });
    expect((made as ChildStatefulSet).spec?.template).toEqual(statefulSet?.spec?.template);
  });

  test('a configuration that is gone is not made up from broken users', () => {
    expect(look(broken, without('Secret/c', 'StatefulSet/c')).actions).toEqual([]);
  });

  test('a deleted configuration is recreated where users and credentials are complete', () => {
    const secured: NatsClusterSpec = { ...spec, tls: { serverSecret: 'users' }, auth: {} };
    const fine = secretOf({ 'ca.pem': '', 'server.pem': '', 'server-key.pem': '' });
    const children = applied(look(users('p'), { spec: { ...spec, auth: {} } }));
    const lost = children.filter(({ kind }) => kind !== 'Secret');
    const status = { ...world.status };
    const result = look(fine, { spec: secured, children: lost, status });
    expect(condition(result, 'SecretsValid')).toMatchObject({ status: 'False' });
    const [made, ...others] = applied(result);
    expect(others).toEqual([]);
    const text = Buffer.from((made as ChildSecret).data?.['nats.conf'] ?? '', 'base64').toString();
    expect(text).toContain('/etc/nats-server-tls-certs/server.pem');
  });

  test('nothing is written where the cluster is paused', () => {
    const paused = { ...without('Service/c'), spec: { ...spec, paused: true } };
    expect(look(broken, paused).actions).toEqual([]);
  });
});

describe('a certificate', () => {
  test('that comes to its end is looked at again by itself', async () => {
    const authority = await makeAuthority();
    const { cert, key } = await makeIdentity({ names: ['DNS:c.n.svc'], days: 1 }, authority);
    const secret = secretOf({ 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key }, 'kubernetes.io/tls');
    const observed = (now: Date): SyncResult =>
      sync(
        {
          cluster: {
            metadata: { name: 'c', namespace: 'n', uid: 'u' },
            spec: { ...spec, auth: {}, tls: { serverSecret: 's' } },
          },
          children: [],
          pods: [],
          servers: new Map(),
          secrets: new Map([['s', secret]]),
        },
        now,
      );
    const almost = new Date(NOW.getTime() + 18 * 3_600_000 - 5_000);
    expect(observed(almost).requeueAfter).toBeLessThanOrEqual(15_000);
    expect(condition(observed(new Date(almost.getTime() + 60_000)), 'SecretsValid')).toMatchObject({
      reason: 'Expiring',
    });
    expect(observed(almost).status.clientURL).toBe('tls://c.n.svc:4222');
  });
});

test('reports a Secret with thousands of problems by the first few and a count, in a small status', () => {
  const everyone = Array.from({ length: 6000 }, (_, index) => ({
    username: `user-${index}`,
    password: 'p',
    permission: {},
  }));
  const { status, events } = look(secretOf({ 'a.json': JSON.stringify({ users: everyone }) }));
  expect(Buffer.byteLength(JSON.stringify(status))).toBeLessThan(32 * 1024);
  const message = status.conditions?.find(({ type }) => type === 'SecretsValid')?.message ?? '';
  expect(message).toMatch(/unknown field "permission".*; and 5995 more$/);
  for (const event of events) expect(Buffer.byteLength(event.message)).toBeLessThan(4096);
});
