import type { TokenSecretRef } from '../bound-token';
import type { NatsServiceRoleObject } from '../service-role';
import { bindAccounts, type AccountBinding, type RoleBindings } from './account-bindings';
import { planFinalizers } from './finalizers';
import { idOf, type RoleCluster, type ObservedRoles, type TokenSecret } from './observed-roles';
import { tokenReissueReason, renewalTime } from './token-reissue-reason';

/** One write that the roles of a cluster want. */
export type RoleAction =
  /** Holds a role back from being deleted, as it is about to have tokens in other namespaces; or lets it go. */
  | { readonly type: 'hold' | 'release'; readonly role: NatsServiceRoleObject }
  /** Deletes the Secret of a token, and with it the token. */
  | { readonly type: 'drop'; readonly secret: TokenSecretRef; readonly reason: string }
  /** Has a token issued into its Secret, which is made first where there is none. */
  | {
      readonly type: 'issue';
      readonly binding: AccountBinding;
      readonly into: TokenSecretRef | undefined;
      readonly reason: string;
    }
  /** Makes a Secret with the account's token wholly ours: the Go operator made it, or somebody took its user out. The token stays. */
  | { readonly type: 'mark'; readonly binding: AccountBinding; readonly into: TokenSecretRef; readonly token: string };

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
export function planServiceRoles(world: ObservedRoles, now: Date): RolePlan {
  const bound = bindAccounts(world);
  const bindings = bound.flatMap(({ bindings: ofRole }) => ofRole);
  const judged = bindings.map(binding => judge(binding, world, now));
  const outcomes = bound.map(ofRole => outcome(ofRole, judged, world));
  const renewals = judged.flatMap(({ served }) => (served?.renewal === undefined ? [] : [served.renewal]));
  const { holds, releases } = planFinalizers(world, bindings);
  return {
    actions: [...holds, ...planDrops(world, bindings), ...planTokens(judged, world), ...releases],
    outcomes,
    renewal: renewals.length === 0 ? undefined : Math.min(...renewals),
  };
}

/** An account that should be a user, and how it stands with its token. */
interface Judged {
  readonly binding: AccountBinding;
  readonly live: TokenSecret | undefined;
  /** Why it gets one. */
  readonly fault: string | undefined;
  readonly served: ServedAccount | undefined;
}

function judge(binding: AccountBinding, { cluster, tokens }: ObservedRoles, now: Date): Judged {
  const live = tokens.find(token => isOf(token.secret, binding));
  if (live === undefined) return { binding, live, fault: 'the ServiceAccount had none', served: undefined };
  const fault = tokenReissueReason(live, binding, cluster, now);
  const isUsable = fault === undefined || isEnding(live, binding, cluster);
  const { token = '', claims } = live.content ?? {};
  const served = isUsable ? { binding, token, renewal: renewalTime(claims, cluster) } : undefined;
  return { binding, live, fault, served };
}

/** Whether time alone is against a token: until its successor is there, it goes on being the account's. */
const isEnding = (live: TokenSecret, binding: AccountBinding, cluster: RoleCluster): boolean =>
  tokenReissueReason(live, binding, { ...cluster, tokenLifetime: undefined }, new Date(0)) === undefined;

/** Whether a Secret is exactly the one that belongs to the account, for this very role. */
const isOf = (secret: TokenSecretRef, { secret: wanted, purpose }: AccountBinding): boolean =>
  idOf(secret) === idOf(wanted) && secret.roleUid === purpose.roleUid && secret.role === purpose.role;

function planTokens(judged: readonly Judged[], { cluster, roles }: ObservedRoles): RoleAction[] {
  if (cluster.onHold !== undefined) return [];
  const sound = new Set(roles.filter(({ problems }) => problems.length === 0).map(({ role }) => role));
  return judged.filter(({ binding }) => binding.isAgreed && sound.has(binding.role)).flatMap(planToken);
}

function planToken({ binding, live, fault }: Judged): RoleAction[] {
  if (fault !== undefined) return [{ type: 'issue', binding, into: live?.secret, reason: fault }];
  if (live?.content === undefined || (live.secret.isMarked && live.content.username !== '')) return [];
  return [{ type: 'mark', binding, into: live.secret, token: live.content.token }];
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
    .filter(({ roleUid }) => cluster.onHold === undefined || !staying.has(roleUid))
    .filter(({ roleUid }) => cluster.onHold !== 'Paused' || !moved.has(roleUid))
    .map(secret => ({ type: 'drop', secret, reason: dropReason(secret, cluster, staying, moved) }));
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

function outcome(ofRole: RoleBindings, judged: readonly Judged[], { failures }: ObservedRoles): RoleOutcome {
  const own = judged.filter(({ binding }) => binding.role === ofRole.entry.role);
  return {
    ...ofRole,
    served: own.flatMap(({ served }) => (served === undefined ? [] : [served])),
    waiting: own.flatMap(({ binding, served }) =>
      served === undefined ? [{ binding, why: failures.get(idOf(binding.secret)) }] : [],
    ),
  };
}
