import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { toRoleCluster } from '../../../../src/nats-service-role/plan/role-cluster';
import type { RoleCluster } from '../../../../src/nats-service-role/plan/observed-roles';
import { noon } from '../fixtures';

const operator = { reach: undefined, operatorNamespace: undefined, issuesTokens: true };
const auth = { enableServiceAccounts: true, clientsAuthSecret: 'users' };
const ann = '{"users": [{"username": "ann", "password": "s3cret"}]}';

/** The cluster `c` of that spec; `users` is what its Secret holds, null where it is missing. */
function describeCluster(spec: NatsClusterSpec, users: string | null = ann): RoleCluster {
  const cluster = { metadata: { name: 'c', namespace: 'n' }, spec: { auth, ...spec } };
  const secret = users === null ? undefined : { data: { users: Buffer.from(users).toString('base64') } };
  return toRoleCluster('n', 'c', { cluster, children: [], secrets: new Map([['users', secret]]) }, operator, noon);
}

describe('a cluster as its roles see it', () => {
  test('follows the desired state when there is no problem', () => {
    const { state, suspended, otherUsers } = describeCluster({});
    expect({ state, suspended, otherUsers }).toEqual({
      state: 'enabled',
      suspended: undefined,
      otherUsers: new Set(['ann']),
    });
  });

  test.each<[string, RoleCluster]>([
    ['a Secret is missing', describeCluster({}, null)],
    ['a Secret is broken', describeCluster({}, '{')],
    ['the spec is broken', describeCluster({ size: -1 })],
    ['the spec is broken, and no longer asks for them', describeCluster({ size: -1, auth: {} })],
  ])('keeps its tokens where %s', (_what, { suspended }) => {
    expect(suspended).toBe('ClusterInvalid');
  });

  test('is paused where its spec says so, whatever else', () => {
    expect(describeCluster({ paused: true }, null).suspended).toBe('Paused');
  });

  test('holds nothing where there is none', () => {
    expect(toRoleCluster('n', 'c', undefined, operator, noon)).toMatchObject({
      state: 'missing',
      suspended: undefined,
    });
  });
});
