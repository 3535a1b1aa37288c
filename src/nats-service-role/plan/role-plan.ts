import type { TokenSecretRef } from '../bound-token';
import type { NatsServiceRoleObject } from '../service-role';
import { bindAccounts, type AccountBinding, type RoleBindings } from './account-bindings';
import type { RoleAction } from './role-action';
import { planFinalizers } from './finalizers';
import { idOf, type RoleCluster, type ObservedRoles, type TokenSecret } from './observed-roles';
import { tokenReissueReason, renewalTime } from './token-reissue-reason';

/** The actions for the roles of a cluster, and their outcomes. */
export interface RolePlan {
  /** In order. After them, the state has to be observed again. */
  readonly actions: readonly RoleAction[];
  readonly outcomes: readonly RoleOutcome[];
  /** When the next token has to be replaced, in milliseconds since 1970. */
  readonly renewal: number | undefined;
}

/** A role and the state of its accounts. */
export interface RoleOutcome extends RoleBindings {
  readonly served: readonly ServedAccount[];
  /** Accounts that have no token yet; `why`: the reason. */
  readonly waiting: readonly { readonly binding: AccountBinding; readonly why: string | undefined }[];
}

export interface ServedAccount {
  readonly binding: AccountBinding;
  readonly token: string;
  /** In milliseconds since 1970. */
  readonly renewal: number | undefined;
}

/** Plans which tokens are issued, deleted and kept, and which users the cluster has by them. Pure: no I/O, no clock. */
export function planServiceRoles(observed: ObservedRoles, now: Date): RolePlan {
  const bound = bindAccounts(observed);
  const bindings = bound.flatMap(({ bindings: ofRole }) => ofRole);
  const evaluated = bindings.map(binding => evaluate(binding, observed, now));
  const outcomes = bound.map(ofRole => outcome(ofRole, evaluated, observed));
  const renewals = evaluated.flatMap(({ served }) => (served?.renewal === undefined ? [] : [served.renewal]));
  const { holds, releases } = planFinalizers(observed, bindings);
  return {
    actions: [...holds, ...planDrops(observed, bindings), ...planTokens(evaluated, observed), ...releases],
    outcomes,
    renewal: renewals.length === 0 ? undefined : Math.min(...renewals),
  };
}

/** An account that should be a user, and the state of its token. */
interface EvaluatedRole {
  readonly binding: AccountBinding;
  readonly live: TokenSecret | undefined;
  /** Why it gets one. */
  readonly validationProblem: string | undefined;
  readonly served: ServedAccount | undefined;
}

function evaluate(binding: AccountBinding, { cluster, tokens }: ObservedRoles, now: Date): EvaluatedRole {
  const live = tokens.find(token => isOf(token.secret, binding));
  if (live === undefined) return { binding, live, validationProblem: 'the ServiceAccount had none', served: undefined };
  const validationProblem = tokenReissueReason(live, binding, cluster, now);
  const isUsable = validationProblem === undefined || isEnding(live, binding, cluster);
  const { token = '', claims } = live.content ?? {};
  const served = isUsable ? { binding, token, renewal: renewalTime(claims, cluster) } : undefined;
  return { binding, live, validationProblem, served };
}

/** Whether the token only expires soon: it is used until its successor exists. */
const isEnding = (live: TokenSecret, binding: AccountBinding, cluster: RoleCluster): boolean =>
  tokenReissueReason(live, binding, { ...cluster, tokenLifetime: undefined }, new Date(0)) === undefined;

/** Whether a Secret is that of the account and of this role. */
const isOf = (secret: TokenSecretRef, { secret: desired, purpose }: AccountBinding): boolean =>
  idOf(secret) === idOf(desired) && secret.roleUid === purpose.roleUid && secret.role === purpose.role;

function planTokens(evaluated: readonly EvaluatedRole[], { cluster, roles }: ObservedRoles): RoleAction[] {
  if (cluster.suspended !== undefined) return [];
  const validSubset = new Set(roles.filter(({ problems }) => problems.length === 0).map(({ role }) => role));
  return evaluated.filter(({ binding }) => binding.isAgreed && validSubset.has(binding.role)).flatMap(planToken);
}

function planToken({ binding, live, validationProblem }: EvaluatedRole): RoleAction[] {
  if (validationProblem !== undefined)
    return [{ type: 'issueToken', binding, existing: live?.secret, reason: validationProblem }];
  if (live?.content === undefined || (live.secret.isComplete && live.content.username !== '')) return [];
  return [{ type: 'labelToken', binding, existing: live.secret, token: live.content.token }];
}

/**
 * While the cluster is suspended, only tokens of deleted roles are removed; while it is paused, not even those of a role
 * that names another cluster now, because its servers still accept the token.
 */
function planDrops(
  { cluster, roles, tokens, moved }: ObservedRoles,
  bindings: readonly AccountBinding[],
): RoleAction[] {
  if (!cluster.issuesTokens) return [];
  const staying = new Set(roles.filter(({ role }) => !isGoing(role)).map(({ role }) => role.metadata?.uid));
  return tokens
    .map(({ secret }) => secret)
    .filter(secret => !bindings.some(binding => isOf(secret, binding)))
    .filter(({ roleUid }) => cluster.suspended === undefined || !staying.has(roleUid))
    .filter(({ roleUid }) => cluster.suspended !== 'Paused' || !moved.has(roleUid))
    .map(secret => ({ type: 'deleteToken', secret, reason: dropReason(secret, cluster, staying, moved) }));
}

const isGoing = ({ metadata }: NatsServiceRoleObject): boolean => metadata?.deletionTimestamp !== undefined;

function dropReason(
  { role, roleUid, cluster: name, namespace, clusterNamespace }: TokenSecretRef,
  { state }: RoleCluster,
  staying: Set<unknown>,
  moved: ObservedRoles['moved'],
): string {
  if (moved.has(roleUid)) return `the NatsServiceRole ${role} names ${describeCluster(moved.get(roleUid))} now`;
  if (!staying.has(roleUid)) return `the NatsServiceRole ${role} was deleted`;
  if (state === 'missing') return `the NatsCluster ${name} was deleted`;
  if (state === 'disabled') return `the NatsCluster ${name} no longer has spec.auth.enableServiceAccounts`;
  const withdrawn = namespace === clusterNamespace ? '' : ', or the account no longer agrees';
  return `the NatsServiceRole ${role} no longer serves such a ServiceAccount${withdrawn}`;
}

const describeCluster = (name: string | undefined): string => (name ? `the NatsCluster ${name}` : 'no NatsCluster');

function outcome(ofRole: RoleBindings, evaluated: readonly EvaluatedRole[], { failures }: ObservedRoles): RoleOutcome {
  const own = evaluated.filter(({ binding }) => binding.role === ofRole.entry.role);
  return {
    ...ofRole,
    served: own.flatMap(({ served }) => (served === undefined ? [] : [served])),
    waiting: own.flatMap(({ binding, served }) =>
      served === undefined ? [{ binding, why: failures.get(idOf(binding.secret)) }] : [],
    ),
  };
}
