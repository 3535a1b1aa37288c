import { isJsonObject } from '../../json/json-object';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { ResolvedAuth } from './auth';
import { withLowerCaseKeys } from './jetstream';

/** How the operator itself speaks NATS to the servers of a cluster with `spec.jetstream`: as a user of the system account. */
export type SystemUser =
  | { readonly kind: 'nkey'; readonly publicKey: string }
  | { readonly kind: 'none'; readonly reason: NoSystemUserReason };

/** The nkey of the operator's own user: the one that its Secret holds or, where that is not there, a new one to store. */
export interface SystemUserKey {
  readonly publicKey: string;
  /** Never to be logged, nor put into an Event or a status. */
  readonly seed: string;
}

/**
 * Why a cluster has no such user:
 *
 * - `NoKey`: the operator has not made its key yet.
 * - `OperatorMode`: users come by JWT alone.
 * - `Token`: a server takes either a token or users.
 * - `IncludedAuthorization`: the file of `spec.auth.clientsAuthFile` may have a token or a single user, with the same effect.
 * - `TimeoutWithoutUsers`: with a block `authorization`, a server that has any users lets nobody else in, and this block has none.
 * - `NoSystemAccount`: `natsConfig.extra` turns the system account off.
 */
export type NoSystemUserReason =
  | 'NoKey'
  | 'OperatorMode'
  | 'Token'
  | 'IncludedAuthorization'
  | 'TimeoutWithoutUsers'
  | 'NoSystemAccount';

/**
 * Resolves the operator's own user; undefined for a cluster without `spec.jetstream`, which has none.
 *
 * @param publicKey the public nkey of the user; undefined before there is one
 */
export function resolveSystemUser(
  spec: NatsClusterSpec,
  auth: ResolvedAuth,
  publicKey: string | undefined,
): SystemUser | undefined {
  if (spec.jetstream === undefined) return undefined;
  const reason = findReason(spec, auth);
  if (reason !== undefined) return { kind: 'none', reason };
  return publicKey === undefined ? { kind: 'none', reason: 'NoKey' } : { kind: 'nkey', publicKey };
}

const REASONS: Readonly<Record<NoSystemUserReason, string>> = {
  NoKey: 'it has no key yet',
  OperatorMode: 'accounts come by JWT',
  Token: 'servers with a token take no users',
  IncludedAuthorization: 'auth.clientsAuthFile may not stand beside users',
  TimeoutWithoutUsers: 'auth.clientsAuthTimeout is set without users',
  NoSystemAccount: 'natsConfig.extra turns the system account off',
};

/** Why the operator can't move streams between servers, in a few words; undefined if it can. */
export function evacuationBlocker(spec: NatsClusterSpec, systemUser: SystemUser | undefined): string | undefined {
  if (systemUser === undefined) return 'JetStream is configured by natsConfig.extra';
  if (systemUser.kind === 'none') return `it has no user of the system account: ${REASONS[systemUser.reason]}`;
  const isConnected = spec.gatewayConfig !== undefined || (spec.extraRoutes ?? []).length > 0;
  return isConnected ? 'the servers share JetStream with other clusters' : undefined;
}

function findReason(spec: NatsClusterSpec, auth: ResolvedAuth): NoSystemUserReason | undefined {
  if (spec.operatorConfig !== undefined) return 'OperatorMode';
  if (auth.token !== undefined) return 'Token';
  if (auth.include !== undefined) return 'IncludedAuthorization';
  if (auth.users === undefined && auth.timeout !== undefined) return 'TimeoutWithoutUsers';
  return hasNoSystemAccount(spec.natsConfig?.extra) ? 'NoSystemAccount' : undefined;
}

/** @see nats-server, server/opts.go, processConfigFileLine */
function hasNoSystemAccount(extra: unknown): boolean {
  const options = isJsonObject(extra) ? withLowerCaseKeys(extra) : {};
  return ['no_system_account', 'no_system', 'no_sys_acc'].some(key => options[key] === true);
}
