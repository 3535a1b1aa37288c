import type { TokenSecretRef } from '../bound-token';
import type { Problem } from '../../schema/problem';
import type { Account, NatsServiceRoleObject } from '../service-role';
import type { TokenClaims } from '../token-claims';

/** The observed state that the roles of one cluster are planned from, read at about the same time. */
export interface ObservedRoles {
  readonly cluster: RoleCluster;
  /** The roles of the cluster, including terminating ones. */
  readonly roles: readonly RoleEntry[];
  /** The ServiceAccounts with the name of a role, in all namespaces. */
  readonly accounts: readonly Account[];
  /** The token Secrets of the cluster, in all namespaces. */
  readonly tokens: readonly TokenSecret[];
  /** For roles with tokens of this cluster that name another cluster now: that cluster, by the role's uid. */
  readonly moved: ReadonlyMap<string, string>;
  /** Why the last token request failed, by `namespace/name` of its Secret. */
  readonly failures: ReadonlyMap<string, string>;
}

export interface RoleEntry {
  readonly role: NatsServiceRoleObject;
  readonly problems: readonly Problem[];
}

/** The cluster of the roles. */
export interface RoleCluster {
  readonly namespace: string;
  /** Empty for roles without a cluster. */
  readonly name: string;
  /** `disabled`: without `auth.enableServiceAccounts`. */
  readonly state: 'missing' | 'disabled' | 'enabled';
  /** Why configuration and tokens stay as they are for now; undefined if both follow the spec. */
  readonly suspended: 'Paused' | 'ClusterInvalid' | undefined;
  /** The requested lifetime of a token in seconds; undefined for tokens that do not expire. */
  readonly tokenLifetime: number | undefined;
  /** The operator's scope, outside of which it serves no accounts; undefined for all namespaces. */
  readonly reach: readonly string[] | undefined;
  /** The operator's namespace; undefined if unknown. */
  readonly operatorNamespace: string | undefined;
  /** Whether the operator issues tokens. Without, it may neither read ServiceAccounts nor delete Secrets, and no account is a user. */
  readonly issuesTokens: boolean;
  /** The users of the cluster's own Secret. */
  readonly otherUsers: ReadonlySet<string>;
}

/** A token Secret and its content, which is read only if a role needs it. */
export interface TokenSecret {
  readonly secret: TokenSecretRef;
  readonly content: TokenContent | undefined;
}

export interface TokenContent {
  readonly token: string;
  readonly username: string;
  /** Undefined if the API server did not issue the token. */
  readonly claims: TokenClaims | undefined;
}

/** `namespace/name` */
export const idOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;
