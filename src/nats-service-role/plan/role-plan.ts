import type { TokenSecretRef } from '../bound-token';
import type { NatsServiceRoleObject } from '../service-role';
import { bindAccounts, type AccountBinding, type RoleBindings } from './account-bindings';
import type { RoleAction } from './role-action';
import { planFinalizers } from './finalizers';
import { idOf, type RoleCluster, type ObservedRoles, type TokenSecret } from './observed-roles';
import { tokenReissueReason, renewalTime } from './token-reissue-reason';

/** What to do about the roles of a cluster, and what they have come to. */
export interface RolePlan {
  /** In their order. After them the world is to be looked at once more. */
  readonly actions: readonly RoleAction[];
  readonly outcomes: readonly RoleOutcome[];
  /** When the next token is to be replaced, in milliseconds since 1970. */
  readonly renewal: number | undefined;
}

/** A role and what has become of its accounts. */
export interface RoleOutcome extends RoleBindings {
  readonly served: readonly ServedAccount[];
  /** Accounts that should have a token and have none yet; `why` says what stands against it. */
  readonly waiting: readonly { readonly binding: AccountBinding; readonly why: string | undefined }[];
}

export interface ServedAccount {
  readonly binding: AccountBinding;
  readonly token: string;
  /** In milliseconds since 1970. */
  readonly renewal: number | undefined;
}

/** Decides, without I/O or clock, which tokens are issued, dropped and kept, and who is a user of the cluster by them. */
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

/** An account that should be a user, and how it stands with its token. */
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

/** Whether time alone is against a token: until its successor is there, it goes on being the account's. */
const isEnding = (live: TokenSecret, binding: AccountBinding, cluster: RoleCluster): boolean =>
  tokenReissueReason(live, binding, { ...cluster, tokenLifetime: undefined }, new Date(0)) === undefined;

/** Whether a Secret is exactly the one that belongs to the account, for this very role. */
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
 * While the cluster is on hold, only what its role leaves behind is removed; where it is paused, not even what a role does that serves another cluster by now: its
 * servers still take the token.
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
