import { printConf } from '../../../../src/nats/conf/print';
import { TOKENS_FINALIZER } from '../../../../src/nats-service-role/service-role';
import { lastPermissions } from '../../../../src/nats-service-role/plan/last-permissions';
import { serviceUsers } from '../../../../src/nats-service-role/plan/service-users';
import { account, actionsOf, cluster, noon, plan, reluctant, role, token, usersOf } from '../fixtures';

const LATER = new Date(noon.getTime() + 100 * 365 * 24 * 3600 * 1000);

const home = account('n', 'orders');
const away = account('a', 'orders');
const roles = [role('orders')];
const everywhere = [role('orders', { namespaces: ['*'] }, { finalizers: [TOKENS_FINALIZER] })];

describe('where the operator issues no tokens', () => {
  const off = { ...cluster, issuesTokens: false };

  test('issues and removes none, and existing ones make no users', () => {
    const stale = token(account('n', 'billing'));
    const quiet = plan({ cluster: off, roles, accounts: [home], tokens: [token(home), stale] });
    expect(quiet.actions).toEqual([]);
    expect(usersOf(quiet)).toEqual([]);
    const gone = plan({ cluster: { ...off, state: 'missing' }, tokens: [token(home)] });
    expect(gone.actions).toEqual([]);
  });

  test('a role that is deleted is let go, and another stays held for the day that it issues them again', () => {
    const going = role('orders', {}, { finalizers: [TOKENS_FINALIZER], deletionTimestamp: noon });
    expect(actionsOf(plan({ cluster: off, roles: [going], tokens: [token(away)] }))).toEqual([
      'removeFinalizer orders',
    ]);
    expect(actionsOf(plan({ cluster: off, roles: everywhere, tokens: [token(away)] }))).toEqual([]);
  });
});

describe('the tokens of a role', () => {
  test('are issued to the account of its name in its own namespace, and to no other', () => {
    const accounts = [home, away, account('n', 'billing')];
    expect(actionsOf(plan({ roles, accounts }))).toEqual([
      'issueToken n/orders-c-bound-token: the ServiceAccount had none',
    ]);
  });

  test('are issued in the namespaces that it names, to users of their own', () => {
    const named = [role('orders', { namespaces: ['a'] }, { finalizers: [TOKENS_FINALIZER] })];
    const accounts = [home, away, account('b', 'orders')];
    const settled = plan({ roles: named, accounts, tokens: [token(home), token(away)] });
    expect(settled.actions).toEqual([]);
    expect(usersOf(settled).map(({ username }) => username)).toEqual(['a.orders', 'orders']);
    expect(settled.outcomes[0]?.unserved).toEqual([account('b', 'orders')]);
  });

  test('stay as they are where nothing has changed, however much time goes by', () => {
    expect(plan({ roles, accounts: [home], tokens: [token(home)] }, LATER).actions).toEqual([]);
  });

  test.each([
    ['the ServiceAccount was recreated', token(account('n', 'orders', 'before'))],
    ['the Secret was recreated', token(home, { secretUid: 'before' })],
    ['the token had another audience', token(home, { audience: 'https://kubernetes.default.svc' })],
    ['the Secret named another user', token(home, { username: 'admin' })],
    ['the Secret had no token', { ...token(home), content: undefined }],
    [
      'the Secret had no token of a ServiceAccount',
      { ...token(home), content: { token: 'mine', username: 'orders', claims: undefined } },
    ],
  ])('are issued anew because %s, and the old one lets nobody in', (reason, stored) => {
    const outdated = plan({ roles, accounts: [home], tokens: [stored] });
    expect(actionsOf(outdated)).toEqual([`issueToken n/orders-c-bound-token: ${reason}`]);
    expect(usersOf(outdated)).toEqual([]);
  });

  test.each([
    ['the Go operator made it', { isComplete: false }, ''],
    ['somebody took its marks', { isComplete: false }, 'orders'],
    ['somebody took its user', { isComplete: true }, ''],
  ])('stay where %s, and their Secret is made ours', (_why, { isComplete }, username) => {
    const stored = token(home, { username });
    const unmarked = { ...stored, secret: { ...stored.secret, isComplete } };
    const adopted = plan({ roles, accounts: [home], tokens: [unmarked] });
    expect(actionsOf(adopted)).toEqual(['labelToken n/orders-c-bound-token']);
    expect(usersOf(adopted).map(({ password }) => password)).toEqual([stored.content?.token]);
    const paused = { ...cluster, suspended: 'Paused' as const };
    expect(actionsOf(plan({ cluster: paused, roles, accounts: [home], tokens: [unmarked] }))).toEqual([]);
  });

  test('are deleted when a role is recreated, because the Secret belongs to the previous one', () => {
    const tokens = [token(home, { roleUid: 'before' })];
    expect(actionsOf(plan({ roles, accounts: [home], tokens }))).toEqual([
      'deleteToken n/orders-c-bound-token: the NatsServiceRole orders was deleted',
      'issueToken n/orders-c-bound-token: the ServiceAccount had none',
    ]);
  });

  test.each([
    ['its account', { roles }, 'the NatsServiceRole orders no longer serves such a ServiceAccount'],
    ['the role', { accounts: [home] }, 'the NatsServiceRole orders was deleted'],
    [
      'the cluster',
      { roles, accounts: [home], cluster: { ...cluster, state: 'missing' as const } },
      'the NatsCluster c was deleted',
    ],
    [
      'auth.enableServiceAccounts',
      { roles, accounts: [home], cluster: { ...cluster, state: 'disabled' as const } },
      'the NatsCluster c no longer has spec.auth.enableServiceAccounts',
    ],
  ])('go with %s', (_what, left, reason) => {
    expect(actionsOf(plan({ ...left, tokens: [token(home)] }))).toEqual([
      `deleteToken n/orders-c-bound-token: ${reason}`,
    ]);
  });

  test('go with a namespace that the role no longer names', () => {
    const narrowed = [role('orders', {}, { finalizers: [TOKENS_FINALIZER] })];
    const accounts = [home, away];
    expect(actionsOf(plan({ roles: narrowed, accounts, tokens: [token(home), token(away)] }))).toEqual([
      'deleteToken a/orders-c.n-bound-token: the NatsServiceRole orders no longer serves such a ServiceAccount, or the account no longer agrees',
    ]);
  });

  test('stay as they are where the spec can not be carried out, with what their users may do; no new ones are issued', () => {
    const broken = [role('orders', { permissions: { publish: ['a..b'] }, namespaces: ['*'] })];
    const accounts = [home, away];
    const conf = { authorization: { users: [{ username: 'orders', permissions: { publish: { deny: ['x'] } } }] } };
    const config = { data: { 'nats.conf': Buffer.from(printConf(conf)).toString('base64') } };
    const { actions, outcomes } = plan({ roles: broken, accounts, tokens: [token(home)] });
    expect(actions).toEqual([]);
    expect(serviceUsers(outcomes, user => lastPermissions(config, user))).toEqual([
      { username: 'orders', password: token(home).content?.token, permissions: { publish: { deny: ['x'] } } },
    ]);
    expect(serviceUsers(outcomes, user => lastPermissions(undefined, user))).toEqual([]);
  });

  test('are left alone while the cluster is paused, unless their role is deleted', () => {
    const paused = { ...cluster, suspended: 'Paused' as const };
    const observedRoles = { cluster: paused, accounts: [home, away], tokens: [token(away)] };
    expect(
      actionsOf(plan({ ...observedRoles, roles: [role('orders', {}, { finalizers: [TOKENS_FINALIZER] })] })),
    ).toEqual([]);
    const going = [role('orders', {}, { finalizers: [TOKENS_FINALIZER], deletionTimestamp: noon })];
    expect(actionsOf(plan({ ...observedRoles, roles: going }))).toEqual([
      'deleteToken a/orders-c.n-bound-token: the NatsServiceRole orders was deleted',
    ]);
  });
});

describe('a role with tokens in other namespaces', () => {
  test('is held back from being deleted before the first of them is issued', () => {
    const free = [role('orders', { namespaces: ['*'] })];
    expect(actionsOf(plan({ roles: free, accounts: [away] }))).toEqual([
      'addFinalizer orders',
      'issueToken a/orders-c.n-bound-token: the ServiceAccount had none',
    ]);
  });

  test('is not held back for tokens in its own namespace, which must be deletable without us', () => {
    const free = [role('orders', { namespaces: ['*'] })];
    expect(actionsOf(plan({ roles: free, accounts: [home] }))).not.toContain('addFinalizer orders');
  });

  test('is let go only when the last of them is gone', () => {
    const going = [role('orders', { namespaces: ['*'] }, { finalizers: [TOKENS_FINALIZER], deletionTimestamp: noon })];
    expect(actionsOf(plan({ roles: going, accounts: [away], tokens: [token(away)] }))).toEqual([
      'deleteToken a/orders-c.n-bound-token: the NatsServiceRole orders was deleted',
    ]);
    expect(actionsOf(plan({ roles: going, accounts: [away] }))).toEqual(['removeFinalizer orders']);
  });

  test('is let go when it serves its own namespace alone', () => {
    expect(actionsOf(plan({ roles: everywhere, accounts: [home], tokens: [token(home)] }))).toEqual([
      'removeFinalizer orders',
    ]);
  });
});

describe('an account in another namespace', () => {
  const reserved = { ...cluster, operatorNamespace: 'nats-io' };
  const agreeing = [away, account('kube-system', 'orders'), account('nats-io', 'orders')];

  test.each([['a'], ['*']])('gets nothing before it agrees, also where a role names %s', namespace => {
    const named = [role('orders', { namespaces: [namespace] })];
    const { actions, outcomes } = plan({ roles: named, accounts: [reluctant('a', 'orders')] });
    expect(actions).toEqual([]);
    expect(outcomes[0]).toMatchObject({ bindings: [], unserved: [], reluctant: [reluctant('a', 'orders')] });
  });

  test('agrees to a cluster, not to every one of that name', () => {
    const other = { ...away, clusters: ['m/c', 'n/d'] };
    expect(plan({ roles: everywhere, accounts: [other] }).actions).toEqual([
      { type: 'removeFinalizer', role: everywhere[0] },
    ]);
  });

  test("is never served in Kubernetes' own namespaces and the operator's, even if it agrees", () => {
    expect(actionsOf(plan({ cluster: reserved, roles: everywhere, accounts: agreeing }))).toEqual([
      'issueToken a/orders-c.n-bound-token: the ServiceAccount had none',
    ]);
  });

  test('loses its token when it no longer agrees', () => {
    const { actions } = plan({ roles: everywhere, accounts: [reluctant('a', 'orders')], tokens: [token(away)] });
    expect(actions.map(({ type }) => type)).toEqual(['deleteToken']);
  });

  describe('with a token from before accounts were asked', () => {
    const before = token(away);
    const former = { ...before, secret: { ...before.secret, name: 'orders-c-bound-token' } };
    const described = { roles: everywhere, accounts: [reluctant('a', 'orders')], tokens: [former] };

    test('keeps it and its user, and nothing is written there, however much time goes by', () => {
      const short = { ...cluster, tokenLifetime: 600 };
      const unmarked = { ...former, secret: { ...former.secret, isComplete: false } };
      const later = plan({ ...described, cluster: short, tokens: [unmarked] }, LATER);
      expect(later.actions).toEqual([]);
      expect(usersOf(later).map(({ username }) => username)).toEqual(['a.orders']);
    });

    test('goes on with it under its name once it agrees', () => {
      const short = { ...cluster, tokenLifetime: 600 };
      expect(actionsOf(plan({ ...described, cluster: short, accounts: [away] }, LATER))).toEqual([
        'issueToken a/orders-c-bound-token: it was about to expire',
      ]);
    });

    test('gets none again where its Secret is deleted', () => {
      expect(plan({ ...described, tokens: [] }).actions).toEqual([{ type: 'removeFinalizer', role: everywhere[0] }]);
    });

    test("loses it in Kubernetes' own namespaces", () => {
      const system = reluctant('kube-system', 'orders');
      const there = { ...former, secret: { ...former.secret, namespace: 'kube-system' } };
      expect(actionsOf(plan({ ...described, accounts: [system], tokens: [there] }))).toEqual([
        expect.stringMatching(/^deleteToken kube-system\/orders-c-bound-token/),
      ]);
    });
  });

  test('is one of a thousand at most, and none is given up for another', () => {
    const many = Array.from({ length: 1001 }, (_, index) => account(`t${index}`, 'orders'));
    const last = many.slice(-1).map(each => token(each));
    const { outcomes } = plan({ roles: everywhere, accounts: many, tokens: last });
    expect(outcomes[0]?.bindings).toHaveLength(1000);
    expect(outcomes[0]?.excess).toBe(1);
    expect(outcomes[0]?.served.map(({ binding }) => binding.account.namespace)).toEqual(['t1000']);
  });
});

describe('users of one name', () => {
  test("are never two: an account in its role's namespace comes before one elsewhere", () => {
    const both = [role('orders', { namespaces: ['a'] }), role('a.orders')];
    const accounts = [away, account('n', 'a.orders')];
    const settled = plan({ roles: both, accounts, tokens: [token(away), token(account('n', 'a.orders'))] });
    expect(usersOf(settled)).toHaveLength(1);
    expect(settled.outcomes[0]?.conflicts).toEqual([
      { account: away, username: 'a.orders', takenBy: 'the NatsServiceRole a.orders' },
    ]);
  });

  test('are never two: an account gets no token for a name that the cluster has from its own Secret', () => {
    const taken = { ...cluster, otherUsers: new Set(['orders']) };
    const { actions, outcomes } = plan({ cluster: taken, roles, accounts: [home] });
    expect(actions).toEqual([]);
    expect(outcomes[0]?.conflicts).toHaveLength(1);
  });

  test('are never two: an account that has its token keeps its name, whatever the Secret says later', () => {
    const taken = { ...cluster, otherUsers: new Set(['orders']) };
    const later = plan({ cluster: taken, roles, accounts: [home], tokens: [token(home)] });
    expect(later.actions).toEqual([]);
    expect(usersOf(later).map(({ username }) => username)).toEqual(['orders']);
  });
});

describe('tokens with a lifetime', () => {
  const short = { ...cluster, tokenLifetime: 600 };
  const described = { cluster: short, roles, accounts: [home], tokens: [token(home)] };
  const at = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000);

  test('are replaced after four fifths of it, and not before', () => {
    expect(actionsOf(plan(described, at(479)))).toEqual([]);
    expect(plan(described, at(479)).renewal).toBe(at(480).getTime());
    expect(actionsOf(plan(described, at(480)))).toEqual(['issueToken n/orders-c-bound-token: it was about to expire']);
  });

  test('let their accounts in until their successor is there', () => {
    expect(usersOf(plan(described, at(9999)))).toHaveLength(1);
  });

  test('are replaced in time where the API server gave them less than was asked for', () => {
    const long = { ...cluster, tokenLifetime: 86_400 };
    expect(plan({ ...described, cluster: long }).renewal).toBe(at(2880).getTime());
  });
});
