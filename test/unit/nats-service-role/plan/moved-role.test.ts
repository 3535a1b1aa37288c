import { KubeClient } from '../../../../src/runtime/kube-client';
import { RoleIndex } from '../../../../src/nats-service-role/controller/role-index';
import type { NatsServiceRoleObject } from '../../../../src/nats-service-role/service-role';
import type { RoleCluster } from '../../../../src/nats-service-role/plan/observed-roles';
import { account, actionsOf, cluster, plan, role, token, usersOf } from '../fixtures';

const home = account('n', 'orders');
const away = { ...account('a', 'orders'), clusters: ['n/c', 'n/d'] };
const spec = { namespaces: ['a'] };
const tokens = [token(home), token(away)];

/** The role as the watch shows it, when it names that cluster. */
const naming = (name: string, resourceVersion: string): NatsServiceRoleObject =>
  role('orders', spec, { labels: name === '' ? {} : { nats_cluster: name }, resourceVersion });

/** The index of roles after the role has named `c`, and then another cluster. */
function indexAfterMove(to: string): { index: RoleIndex; concerned: string[] } {
  const index = new RoleIndex(new KubeClient(), undefined);
  index.store(naming('c', '1'));
  return { index, concerned: index.store(naming(to, '2')) };
}

/** What is planned for a cluster after the move; the tokens are those that were issued for `c`. */
function planFor(name: string, to: string, changed: Partial<RoleCluster> = {}) {
  const { index } = indexAfterMove(to);
  const other = index.clusterOf('n', 'orders', 'role-orders');
  return plan({
    cluster: { ...cluster, name, ...changed },
    roles: index.of(`n/${name}`),
    accounts: [home, away],
    tokens: name === 'c' ? tokens : [],
    moved: new Map(other === undefined || other === name ? [] : [['role-orders', other]]),
  });
}

describe('a role whose label names another cluster', () => {
  test('has both clusters reconciled', () => {
    expect(indexAfterMove('d').concerned).toEqual(['n/c', 'n/d']);
  });

  test('loses its tokens and users in the former one, in all namespaces', () => {
    const former = planFor('c', 'd');
    const reason = 'the NatsServiceRole orders names the NatsCluster d now';
    expect(actionsOf(former)).toEqual([
      `deleteToken n/orders-c-bound-token: ${reason}`,
      `deleteToken a/orders-c.n-bound-token: ${reason}`,
    ]);
    expect(usersOf(former)).toEqual([]);
  });

  test('gets tokens and users in the other one', () => {
    const next = planFor('d', 'd');
    expect(actionsOf(next)).toEqual([
      'addFinalizer orders',
      'issueToken n/orders-d-bound-token: the ServiceAccount had none',
      'issueToken a/orders-d.n-bound-token: the ServiceAccount had none',
    ]);
    const issued = plan({
      cluster: { ...cluster, name: 'd' },
      roles: indexAfterMove('d').index.of('n/d'),
      accounts: [home, away],
      tokens: [
        token(home, { audience: 'nats://d.n.svc', cluster: 'd' }),
        token(away, { audience: 'nats://d.n.svc', cluster: 'd' }),
      ],
    });
    expect(usersOf(issued).map(({ username }) => username)).toEqual(['a.orders', 'orders']);
  });

  test('keeps the tokens of a former one that is paused, whose servers take them still, and not of one with a fault', () => {
    expect(actionsOf(planFor('c', 'd', { suspended: 'Paused' }))).toEqual([]);
    expect(actionsOf(planFor('c', 'd', { suspended: 'ClusterInvalid' }))).toHaveLength(2);
  });

  test('is said to name none where the label is gone', () => {
    expect(actionsOf(planFor('c', ''))[0]).toBe(
      'deleteToken n/orders-c-bound-token: the NatsServiceRole orders names no NatsCluster now',
    );
  });
});
