import type { NatsServiceRoleStatus } from '../../../../generated/nats-service-role';
import { serviceRoleStatus } from '../../../../src/nats-service-role/status/service-role-status';
import { account, cluster, noon, plan, reluctant, role, token } from '../fixtures';

const home = account('n', 'orders');
const away = account('a', 'orders');

function statusOf(described: Parameters<typeof plan>[0]): NatsServiceRoleStatus {
  const [outcome] = plan(described).outcomes;
  if (outcome === undefined) throw new Error('one role was expected');
  return serviceRoleStatus(outcome, described.cluster ?? cluster, noon);
}

/** The condition Ready as `<status> <reason>: <message>`. */
function ready({ conditions = [] }: NatsServiceRoleStatus): string {
  const { status, reason, message } = conditions.find(({ type }) => type === 'Ready') ?? {};
  return `${status ?? ''} ${reason ?? ''}: ${message ?? ''}`;
}

describe('the status of a NatsServiceRole', () => {
  test('names the Secrets that were issued, and no token', () => {
    const roles = [role('orders', { namespaces: ['a'] })];
    const status = statusOf({ roles, accounts: [home, away], tokens: [token(home), token(away)] });
    expect(ready(status)).toBe('True TokensIssued: 2 ServiceAccounts have their tokens');
    expect(status.secrets).toEqual([
      { namespace: 'n', name: 'orders-c-bound-token', username: 'orders' },
      { namespace: 'a', name: 'orders-c.n-bound-token', username: 'a.orders' },
    ]);
    expect(JSON.stringify(status)).not.toContain(token(home).content?.token);
  });

  test('says so where the operator issues no tokens', () => {
    const off = { ...cluster, issuesTokens: false };
    const status = statusOf({ cluster: off, roles: [role('orders')], accounts: [home], tokens: [token(home)] });
    expect(ready(status)).toBe(
      'False TurnedOff: The role creates no user: the operator was installed without users that are ServiceAccounts (serviceAccounts.enabled: false)',
    );
    expect(status.conditions?.map(({ type }) => type)).toContain('Stalled');
    expect(status.secrets).toBeUndefined();
  });

  test('reports when a token is replaced, where tokens have a lifetime', () => {
    const short = { ...cluster, tokenLifetime: 600 };
    const status = statusOf({ cluster: short, roles: [role('orders')], accounts: [home], tokens: [token(home)] });
    expect(status.secrets?.[0]?.expirationTime).toBe('2026-01-01T12:08:00Z');
  });

  test('lists the accounts that are not served, with the command that would serve each', () => {
    const roles = [role('orders', { namespaces: ['b'] })];
    const status = statusOf({ roles, accounts: [home, away], tokens: [token(home)] });
    expect(status.unserved).toEqual([
      {
        namespace: 'a',
        name: 'orders',
        hint: `kubectl patch natsservicerole orders -n n --type=json -p '[{"op":"add","path":"/spec/namespaces/-","value":"a"}]'`,
      },
    ]);
  });

  test.each([
    [['b', 'n'], 'b'],
    [['*'], 'all others'],
  ])('tells of the namespaces %j that the operator does not look after', (namespaces, beyond) => {
    const near = { ...cluster, reach: ['n', 'm'] };
    const roles = [role('orders', { namespaces })];
    const told = `; this operator watches only n, m, not ${beyond}`;
    expect(ready(statusOf({ cluster: near, roles, accounts: [home], tokens: [token(home)] }))).toBe(
      `True TokensIssued: 1 ServiceAccount has its token${told}`,
    );
    expect(ready(statusOf({ cluster: near, roles }))).toContain(told);
    expect(ready(statusOf({ cluster: near, roles: [role('orders', { namespaces: ['m'] })] }))).not.toContain(
      'looks after',
    );
  });

  test('names no account that does not agree, and says how one does', () => {
    const accounts = [home, reluctant('secret-team', 'orders'), reluctant('a', 'orders')];
    const command = 'kubectl annotate serviceaccount orders -n NAMESPACE nats.io/clusters=n/c';
    const all = statusOf({ roles: [role('orders', { namespaces: ['*'] })], accounts, tokens: [token(home)] });
    expect(ready(all)).toBe(
      `True TokensIssued: 1 ServiceAccount has its token; 2 of that name do not agree (${command})`,
    );
    const named = statusOf({ roles: [role('orders', { namespaces: ['a'] })], accounts, tokens: [token(home)] });
    expect(ready(named)).toBe(
      `False ConsentMissing: 1 ServiceAccount in other namespaces cannot be served before they agree: ${command}`,
    );
    expect(JSON.stringify([all, named])).not.toContain('secret-team');
    expect(named.unserved).toBeUndefined();
  });

  test('reports a token from before consent was required, with the command by which its account agrees', () => {
    const before = token(away);
    const former = { ...before, secret: { ...before.secret, name: 'orders-c-bound-token' } };
    const roles = [role('orders', { namespaces: ['*'] })];
    expect(ready(statusOf({ roles, accounts: [reluctant('a', 'orders')], tokens: [former] }))).toBe(
      'False ConsentMissing: ServiceAccount a/orders has a token from before consent was required, which is never replaced: ' +
        'it agrees by kubectl annotate serviceaccount orders -n a nats.io/clusters=n/c',
    );
  });

  test('lists at most fifty of them: there is an account "default" in every namespace', () => {
    const accounts = Array.from({ length: 60 }, (_, index) => account(`team-${index}`, 'default'));
    expect(statusOf({ roles: [role('default')], accounts }).unserved).toHaveLength(50);
  });

  test('stays small whatever number of namespaces a role serves and does not serve', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `team-${index}-${'n'.repeat(50)}`);
    const accounts = names.map(name => account(name, 'orders'));
    const tokens = accounts.map(each => token(each));
    const unserved = Array.from({ length: 100 }, (_, index) => account(`x-${index}`, 'orders'));
    const status = statusOf({
      roles: [role('orders', { namespaces: names })],
      accounts: [...accounts, ...unserved],
      tokens,
    });
    expect(Buffer.byteLength(JSON.stringify(status))).toBeLessThan(128 * 1024);
    expect(ready(status)).toContain('1000 ServiceAccounts have their tokens');
    expect(status.unserved?.[0]?.hint).toBe(
      `kubectl patch natsservicerole orders -n n --type=json -p '[{"op":"add","path":"/spec/namespaces/-","value":"x-0"}]'`,
    );
  });

  test.each([
    ['there is no account', {}, 'False NoServiceAccount: There is no ServiceAccount orders in n'],
    [
      'there is none but elsewhere',
      { accounts: [away] },
      'False NoServiceAccount: There is no ServiceAccount orders in n; it does not serve those in other namespaces (status.unserved)',
    ],
    [
      'there is no cluster',
      { cluster: { ...cluster, state: 'missing' as const } },
      'False ClusterMissing: There is no NatsCluster c in the namespace n (label nats_cluster)',
    ],
    [
      'the cluster has no service accounts',
      { cluster: { ...cluster, state: 'disabled' as const } },
      'False Disabled: The NatsCluster c does not have spec.auth.enableServiceAccounts, so the role creates no user',
    ],
    [
      'the label is missing',
      { cluster: { ...cluster, name: '', state: 'missing' as const } },
      'False NoCluster: The label nats_cluster is not set, so the role serves no cluster: set it to the name of a NatsCluster in this namespace',
    ],
    [
      'the user is another already',
      { accounts: [home], cluster: { ...cluster, otherUsers: new Set(['orders']) } },
      'False UserNameConflict: ServiceAccount n/orders cannot be served: the user orders is in the Secret that spec.auth.clientsAuthSecret names already; rename one of the two',
    ],
    [
      'the API server refuses',
      { accounts: [home], failures: new Map([['n/orders-c-bound-token', 'quota exceeded']]) },
      'False TokenRequestFailed: ServiceAccount n/orders gets no token: quota exceeded',
    ],
    [
      'the cluster is paused',
      { accounts: [home], cluster: { ...cluster, suspended: 'Paused' as const } },
      'False Paused: ServiceAccount n/orders has no token yet: the NatsCluster c is paused',
    ],
    [
      'the cluster is invalid',
      { accounts: [home], cluster: { ...cluster, suspended: 'ClusterInvalid' as const } },
      'False ClusterInvalid: ServiceAccount n/orders has no token yet: the NatsCluster c is invalid; see its conditions SpecValid and SecretsValid',
    ],
  ])('says so where %s', (_what, described, expected) => {
    expect(ready(statusOf({ roles: [role('orders')], ...described }))).toBe(expected);
  });

  test('says what is wrong with the spec, and where', () => {
    const roles = [role('orders', { permissions: { publish: ['a..b'] } })];
    const status = statusOf({ roles, accounts: [home] });
    expect(ready(status)).toBe('False SpecInvalid: Spec is invalid; the users that the role has stay as they are');
    const [, stalled, spec] = status.conditions ?? [];
    expect(stalled).toMatchObject({ type: 'Stalled', status: 'True', reason: 'SpecInvalid' });
    expect(spec).toMatchObject({ type: 'SpecValid', status: 'False', reason: 'Invalid' });
    expect(spec?.message).toContain('spec.permissions.publish[0]: has an empty token: "a..b"');
  });

  test('is the same for the same world, so that it is written once', () => {
    const described = { roles: [role('orders')], accounts: [home], tokens: [token(home)] };
    const first = statusOf(described);
    const again = { ...role('orders'), status: first };
    expect(statusOf({ ...described, roles: [again] })).toEqual(first);
  });
});
