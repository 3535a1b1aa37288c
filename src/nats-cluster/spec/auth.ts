import { posix } from 'node:path';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { omitZero } from './omit-zero';
import { userId, type NatsUser, type UserPermissions } from '../../nats/user';
import { CONFIG_FOLDER } from './pod-parts';
import type { ClientUsers } from '../secrets/client-users';
import type { ServiceUser } from './service-user';

/** `spec.auth` as clients meet it, resolved. */
export interface ResolvedAuth {
  /** Who may connect; undefined where everybody may, or an included file says who. */
  readonly users: readonly NatsUser[] | undefined;
  /** One password for everybody, instead of users. */
  readonly token: string | undefined;
  /** What users may do who have no permissions of their own; undefined is everything. */
  readonly defaultPermissions: UserPermissions | undefined;
  /** Seconds that authentication may take; undefined leaves it to the server. */
  readonly timeout: number | undefined;
  /** A file with the contents of the block, relative to the folder of nats.conf, as the server joins the two. */
  readonly include: string | undefined;
}

/**
 * Resolves who may connect. Users of the Secret come first, then those of service accounts that no user of the Secret is called like:
 * a server does not start with two users of one name.
 */
export function resolveAuth(
  auth: NonNullable<NatsClusterSpec['auth']> = {},
  clientUsers: ClientUsers | undefined,
  serviceUsers: readonly ServiceUser[] = [],
): ResolvedAuth {
  const named = clientUsers?.users ?? [];
  const taken = new Set(named.map(userId));
  const users = [...named, ...serviceUsers.filter(({ username }) => !taken.has(username))];
  const isGuarded = Boolean(auth.clientsAuthSecret) || auth.enableServiceAccounts === true;
  const { token, defaultPermissions, timeout } = clientUsers ?? {};
  return {
    users: isGuarded && token === undefined ? guarded(users) : undefined,
    token,
    defaultPermissions,
    timeout: omitZero(auth.clientsAuthTimeout) ?? timeout,
    include: auth.clientsAuthFile
      ? posix.relative(CONFIG_FOLDER, posix.resolve(CONFIG_FOLDER, auth.clientsAuthFile))
      : undefined,
  };
}

/** A server with an empty list of users accepts everybody (verified with 2.9 to 2.15), so the list gets one user that no client can be. */
export const guarded = <User extends object>(users: readonly User[]): readonly (User | { readonly nkey: string })[] =>
  users.length === 0 ? [{ nkey: NOBODY }] : users;

/** A public key without a known private key: it is the SHA-256 digest of "nobody". */
const NOBODY = 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ';
