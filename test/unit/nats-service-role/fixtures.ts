import {
  tokenSecretName,
  remoteTokenSecretName,
  tokenAudience,
  type TokenSecretRef,
} from '../../../src/nats-service-role/bound-token';
import type { Account, NatsServiceRoleObject } from '../../../src/nats-service-role/service-role';
import { readTokenClaims } from '../../../src/nats-service-role/token-claims';
import { validateServiceRole } from '../../../src/nats-service-role/validate-service-role';
import type { ServiceUser } from '../../../src/nats-cluster/spec/service-user';
import { serviceUsers } from '../../../src/nats-service-role/plan/service-users';
import { planServiceRoles, type RolePlan } from '../../../src/nats-service-role/plan/role-plan';
import type { RoleCluster, ObservedRoles, TokenSecret } from '../../../src/nats-service-role/plan/observed-roles';

/** The cluster `c` in the namespace `n`, with service accounts. */
export const cluster: RoleCluster = {
  namespace: 'n',
  name: 'c',
  state: 'enabled',
  suspended: undefined,
  tokenLifetime: undefined,
  reach: undefined,
  operatorNamespace: undefined,
  issuesTokens: true,
  otherUsers: new Set(),
};

export const noon = new Date('2026-01-01T12:00:00Z');

/** A role of the cluster, with the uid `role-<name>` unless another is given. */
export function role(
  name: string,
  spec: NatsServiceRoleObject['spec'] = {},
  metadata: NatsServiceRoleObject['metadata'] = {},
): NatsServiceRoleObject {
  const identity = { name, namespace: 'n', uid: `role-${name}`, generation: 1, labels: { nats_cluster: 'c' } };
  return { metadata: { ...identity, ...metadata }, spec };
}

export const account = (namespace: string, name: string, uid = `account-${namespace}-${name}`): Account => ({
  namespace,
  name,
  uid,
  clusters: namespace === 'n' ? [] : ['n/c'],
});

/** The same account, which agrees to nothing. */
export const reluctant = (namespace: string, name: string): Account => ({ ...account(namespace, name), clusters: [] });

/** A token as the API server issues it for that account, at noon and for an hour, in its Secret. */
export function token(
  { namespace, name, uid: accountUid }: Account,
  changed: { secretUid?: string; roleUid?: string; username?: string; audience?: string; cluster?: string } = {},
): TokenSecret {
  const { secretUid = `secret-${namespace}-${name}`, roleUid = `role-${name}`, cluster: of = 'c' } = changed;
  const issuedAt = noon.getTime() / 1000;
  const claims = {
    aud: [changed.audience ?? tokenAudience('c', 'n')],
    iat: issuedAt,
    exp: issuedAt + 3600,
    'kubernetes.io': { secret: { uid: secretUid }, serviceaccount: { uid: accountUid } },
  };
  const text = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  const username = changed.username ?? (namespace === 'n' ? name : `${namespace}.${name}`);
  const secret: TokenSecretRef = {
    namespace,
    name: namespace === 'n' ? tokenSecretName(name, of) : remoteTokenSecretName(name, of, 'n'),
    uid: `secret-${namespace}-${name}`,
    resourceVersion: '1',
    cluster: of,
    clusterNamespace: 'n',
    role: name,
    roleUid,
    isComplete: true,
  };
  return { secret, content: { token: text, username, claims: readTokenClaims(text) } };
}

/** A world of these things; all the rest is as in a cluster where nothing has happened yet. */
export function observedRoles({
  roles = [],
  ...others
}: Partial<Omit<ObservedRoles, 'roles'>> & { roles?: NatsServiceRoleObject[] }): ObservedRoles {
  const entries = roles.map(item => ({ role: item, problems: validateServiceRole(item).problems }));
  return { cluster, accounts: [], tokens: [], failures: new Map(), moved: new Map(), ...others, roles: entries };
}

/** Plans at noon, or at another time. */
export const plan = (described: Parameters<typeof observedRoles>[0], now = noon): RolePlan =>
  planServiceRoles(observedRoles(described), now);

/** The users of a plan, where the servers had none before. */
export const usersOf = ({ outcomes }: RolePlan): ServiceUser[] => serviceUsers(outcomes, () => undefined);

/** The plan's actions in few words: `issueToken a/orders-c-bound-token: the ServiceAccount had none`. */
export function actionsOf({ actions }: RolePlan): string[] {
  return actions.map(action => {
    switch (action.type) {
      case 'issueToken':
        return `issueToken ${action.binding.secret.namespace}/${action.binding.secret.name}: ${action.reason}`;
      case 'labelToken':
        return `labelToken ${action.existing.namespace}/${action.existing.name}`;
      case 'deleteToken':
        return `deleteToken ${action.secret.namespace}/${action.secret.name}: ${action.reason}`;
      case 'addFinalizer':
      case 'removeFinalizer':
        return `${action.type} ${action.role.metadata?.name ?? ''}`;
    }
  });
}
