import type { TokenSecretRef } from '../bound-token';
import type { Problem } from '../../schema/problem';
import type { Account, NatsServiceRoleObject } from '../service-role';
import type { TokenClaims } from '../token-claims';

/** Everything that the roles of one cluster are judged by, read at about one moment. */
export interface ObservedRoles {
  readonly cluster: RoleCluster;
  /** The roles that name the cluster, those that are being deleted included. */
  readonly roles: readonly RoleEntry[];
  /** The ServiceAccounts that have the name of a role, in all namespaces. */
  readonly accounts: readonly Account[];
  /** The tokens' Secrets that carry the cluster's marks, wherever they are. */
  readonly tokens: readonly TokenSecret[];
  /** The roles that tokens of this cluster belong to and that name another cluster by now: the name of that, by the role's uid. */
  readonly moved: ReadonlyMap<string, string>;
  /** Why a token could not be issued a moment ago, by `namespace/name` of its Secret. */
  readonly failures: ReadonlyMap<string, string>;
}

export interface RoleEntry {
  readonly role: NatsServiceRoleObject;
  readonly problems: readonly Problem[];
}

/** The cluster as the roles see it. */
export interface RoleCluster {
  readonly namespace: string;
  /** Empty for roles that name no cluster. */
  readonly name: string;
  /** `disabled` is one without `auth.enableServiceAccounts`. */
  readonly state: 'missing' | 'disabled' | 'enabled';
  /** Why the servers' configuration stays as it is for now, and tokens with it; undefined where both follow what is wanted. */
  readonly suspended: 'Paused' | 'ClusterInvalid' | undefined;
  /** Seconds that a token is asked for, and after most of which it is replaced; undefined for tokens that stay. */
  readonly tokenLifetime: number | undefined;
  /** The operator's scope, outside of which it serves no accounts; undefined for all namespaces. */
  readonly reach: readonly string[] | undefined;
  /** Where the operator itself runs; undefined where nobody has said. */
  readonly operatorNamespace: string | undefined;
  /** Whether the operator issues tokens. Where it was told not to, it may neither see ServiceAccounts nor delete Secrets, and no account is a user. */
  readonly issuesTokens: boolean;
  /** The users that the cluster's own Secret names. */
  readonly otherUsers: ReadonlySet<string>;
}

/** A token's Secret and what is in it. Only a Secret that a role wants is read: the content of others is unknown. */
export interface TokenSecret {
  readonly secret: TokenSecretRef;
  readonly content: TokenContent | undefined;
}

export interface TokenContent {
  readonly token: string;
  readonly username: string;
  /** Undefined where the token is none that the API server issued. */
  readonly claims: TokenClaims | undefined;
}

/** `namespace/name` */
export const idOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;
