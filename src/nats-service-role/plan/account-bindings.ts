import { tokenSecretName, remoteTokenSecretName, type TokenOwner } from '../bound-token';
import { ALL_NAMESPACES, type Account, type NatsServiceRoleObject } from '../service-role';
import { consentOf, hasFormerToken, type Consent } from './consent';
import type { RoleCluster, RoleEntry, ObservedRoles, TokenSecret } from './observed-roles';

/** An account that a role makes a user, and the Secret of its token. */
export interface AccountBinding {
  readonly role: NatsServiceRoleObject;
  readonly account: Account;
  readonly username: string;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly purpose: TokenOwner;
  /** Whether the Secret is in the role's own namespace, where owner references work. */
  readonly isLocal: boolean;
  /** Whether anything may be written for the account: without consent, an existing token stays as it is. */
  readonly isAgreed: boolean;
}

/** The accounts that a role applies to. */
export interface RoleBindings {
  readonly entry: RoleEntry;
  readonly bindings: readonly AccountBinding[];
  /** Accounts with consent in namespaces that the role does not list. */
  readonly unserved: readonly Account[];
  /** Accounts without consent. They must not be shown to readers of the role. */
  readonly reluctant: readonly Account[];
  /** The number of accounts beyond the limit of a role. */
  readonly excess: number;
  /** Accounts whose user name is taken. */
  readonly conflicts: readonly UserConflict[];
}

export interface UserConflict {
  readonly account: Account;
  readonly username: string;
  /** The owner of the name: `spec.auth.clientsAuthSecret`, or another role. */
  readonly takenBy: string;
}

/**
 * Maps accounts to users. User names are unique, or no server would start, and the present owner keeps a name: an account
 * gets no token for the name of a user in the cluster's own Secret, and a Secret with the user name of an account that
 * has a token is invalid. Accounts in the role's namespace have priority.
 */
export function bindAccounts({ cluster, roles, accounts, tokens }: ObservedRoles): RoleBindings[] {
  const active = cluster.state === 'enabled' && cluster.issuesTokens ? roles.filter(isActive) : [];
  const localNames = new Set(active.map(({ role }) => role.metadata?.name ?? ''));
  return roles.map(entry => {
    const named = accounts.filter(({ name }) => name === entry.role.metadata?.name);
    if (!active.includes(entry)) return { entry, bindings: [], unserved: [], reluctant: [], excess: 0, conflicts: [] };
    const consents = new Map(
      named.map(account => [account, consentOf(account, cluster, entry.role.metadata?.uid, tokens)]),
    );
    const willing = named
      .filter(account => consents.get(account) !== 'none')
      .filter(account => (isValid(entry) ? isServed(entry.role, account) : hasToken(entry.role, account, tokens)));
    // An account with a token keeps it: a new account does not affect existing ones.
    const [held, others] = [true, false].map(isHeld =>
      willing.filter(it => hasToken(entry.role, it, tokens) === isHeld),
    );
    const chosen = new Set([...(held ?? []), ...(others ?? [])].slice(0, MAX_ACCOUNTS));
    const served = willing
      .filter(account => chosen.has(account))
      .map(account => bind(cluster, entry, account, consents.get(account) ?? 'none', tokens));
    const evaluated = served.map(binding => ({ binding, takenBy: findHolder(binding, cluster, localNames, tokens) }));
    return {
      entry,
      bindings: evaluated.flatMap(({ binding, takenBy }) => (takenBy === undefined ? [binding] : [])),
      unserved: isValid(entry)
        ? named.filter(account => consents.get(account) === 'agreed' && !isServed(entry.role, account))
        : [],
      reluctant: isValid(entry)
        ? named.filter(account => isServed(entry.role, account) && !isAgreed(consents.get(account) ?? 'none'))
        : [],
      excess: willing.length - chosen.size,
      conflicts: evaluated.flatMap(({ binding: { account, username }, takenBy }) =>
        takenBy === undefined ? [] : [{ account, username, takenBy }],
      ),
    };
  });
}

/** The maximum number of accounts of a role: each needs a Secret, and all are planned together. */
const MAX_ACCOUNTS = 1000;

const isAgreed = (consent: Consent): boolean => consent === 'own' || consent === 'agreed';

const isActive = ({ role }: RoleEntry): boolean => role.metadata?.deletionTimestamp === undefined;

/** Whether the role's spec is valid. An invalid one changes nothing. */
const isValid = ({ problems }: RoleEntry): boolean => problems.length === 0;

const hasToken = ({ metadata }: NatsServiceRoleObject, account: Account, tokens: readonly TokenSecret[]): boolean =>
  tokens.some(({ secret }) => secret.roleUid === metadata?.uid && secret.namespace === account.namespace);

function isServed({ metadata = {}, spec = {} }: NatsServiceRoleObject, { namespace }: Account): boolean {
  const { namespaces = [] } = spec;
  return namespace === metadata.namespace || namespaces.includes(namespace) || namespaces.includes(ALL_NAMESPACES);
}

function bind(
  cluster: RoleCluster,
  { role }: RoleEntry,
  account: Account,
  consent: Consent,
  tokens: readonly TokenSecret[],
): AccountBinding {
  const { name, namespace } = cluster;
  const isLocal = account.namespace === namespace;
  // Clients read a token by the name of its Secret.
  const isFormer = isLocal || hasFormerToken(account, cluster, role.metadata?.uid, tokens);
  return {
    role,
    account,
    // The same name in a second namespace is another user.
    username: isLocal ? account.name : `${account.namespace}.${account.name}`,
    secret: {
      namespace: account.namespace,
      name: isFormer ? tokenSecretName(account.name, name) : remoteTokenSecretName(account.name, name, namespace),
    },
    purpose: {
      cluster: name,
      clusterNamespace: namespace,
      role: account.name,
      roleUid: role.metadata?.uid ?? '',
    },
    isLocal,
    isAgreed: isAgreed(consent),
  };
}

/** A namespace has no dot in its name, so that two accounts in other namespaces never meet; a role's name may have dots. */
function findHolder(
  { role, account, username, isLocal }: AccountBinding,
  { otherUsers }: RoleCluster,
  localNames: ReadonlySet<string>,
  tokens: readonly TokenSecret[],
): string | undefined {
  if (otherUsers.has(username) && !hasToken(role, account, tokens))
    return 'the Secret that spec.auth.clientsAuthSecret names';
  return !isLocal && localNames.has(username) ? `the NatsServiceRole ${username}` : undefined;
}
