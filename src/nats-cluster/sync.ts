import type { NatsClusterStatus } from '../../generated/nats-cluster';
import type { Action } from './action';
import type { AlteredFields } from './apply/altered-fields';
import { planChildren, type ChildrenPlan } from './apply/plan-children';
import { alteredAnnotations } from './apply/stripped-annotations';
import { identityOf } from './child';
import type { EventDraft } from './event-reasons';
import type { Observed } from './observed';
import { type ClusterPlan } from './plan/cluster-plan';
import { planCluster } from './plan/plan-cluster';
import { serverVolumes } from './jetstream/claims';
import { jetStreamHealth } from './jetstream/health';
import { systemRequestsActions } from './jetstream/system-requests';
import { planServers } from './reload/plan-servers';
import { requeueAfter, untilConnected, untilJetStreamChanges, untilMoved, untilQuorum } from './requeue';
import { prepareObserved, resolve, type Resolved } from './resolve';
import { reviewRemotes } from './rollout/remotes';
import { findPartition } from './rollout/route-partition';
import type { SecretsValidation } from './secrets/validate-secrets';
import { hostPorts } from './spec/host-ports';
import { clusterStatus } from './status/cluster-status';
import { withCurrentNames } from './status/former-status';
import { statusEvents } from './status/status-events';
import type { StatusInput } from './status/status-input';

/** What to do about a cluster now. */
export interface SyncResult {
  /** The writes, in their order; at most one of them takes a server down. */
  readonly actions: readonly Action[];
  /** Events to record, besides those of the actions. */
  readonly events: readonly EventDraft[];
  /** The status to write, where it differs from the present one. */
  readonly status: NatsClusterStatus;
  /** Some servers have not been verified to run their configuration, or to have connected to their remotes: they are asked again at the next reconcile. */
  readonly unverified: boolean;
  /** Milliseconds until the next reconcile, even if no event comes. */
  readonly requeueAfter: number;
}

/**
 * From the observed state to what has to happen: resolve, plan, compare, report. Pure: no I/O, no clock, no state. Called again with what its own actions
 * have changed, it converges to a cluster that matches its spec.
 */
export function sync(latest: Observed, now: Date): SyncResult {
  const observed = prepareObserved(latest);
  const resolved = resolve(observed, now);
  const plan = planCluster(resolved, observed);
  const children = planChildren(identityOf(observed.cluster), plan.children, observed, plan.step);
  const blocked = children.blocked ?? plan.conflict;
  const { access, pendingReloads, ...servers } = planServers(resolved, plan, blocked, observed, now);
  const altered =
    plan.config && plan.conflict === undefined ? alteredFields(children, servers.actions, observed) : undefined;
  const input: StatusInput = {
    ...statusInputOf(observed, resolved, plan),
    blocked: observed.rejection === undefined ? blocked : { ...observed.rejection, kind: 'rejected' },
    ...{ access, pendingReloads, altered },
  };
  const facts = {
    version: resolved.mode === 'normal' ? resolved.model.version.tag : undefined,
    configDigest: blocked === undefined ? plan.config?.digest : undefined,
    now,
    operator: observed.operator,
  };
  const status = clusterStatus(observed.cluster, input, facts);
  const claims = blocked === undefined ? (plan.claims ?? []) : [];
  const asks = blocked === undefined && resolved.mode !== 'invalid';
  const requests = asks ? systemRequestsActions(resolved.model, observed, plan.step) : [];
  const actions = [...servers.first, ...children.actions, ...servers.actions, ...claims, ...requests];
  return {
    actions: mayWrite(observed) ? actions : [],
    events: statusEvents(observed.cluster.status, status),
    status,
    unverified: pendingReloads.length > 0 || (input.remotes?.missing ?? []).length > 0,
    requeueAfter: Math.min(
      requeueAfter(input.members, input.step, input.blocked !== undefined, pendingReloads),
      untilSecretsChange(input.secrets, now),
      untilConnected(input.remotes),
      untilQuorum(input.members, input.step, observed.ages),
      untilMoved(input.step, observed.ages),
      untilJetStreamChanges(input.jetstream),
      plan.retryIn ?? Infinity,
    ),
  };
}

const mayWrite = ({ cluster }: Observed): boolean =>
  cluster.spec?.paused !== true && cluster.metadata?.deletionTimestamp === undefined;

const alteredFields = (
  { altered }: ChildrenPlan,
  ofPods: readonly Action[],
  observed: Observed,
): AlteredFields | undefined =>
  altered && {
    fields: [...altered.fields, ...alteredAnnotations(observed)],
    isComplete: altered.isComplete && ofPods.length === 0,
  };

function statusInputOf(
  observed: Observed,
  { mode, problems, secrets, blockedScaling }: Resolved,
  { size, members, step, failure, config }: ClusterPlan,
): Omit<StatusInput, 'blocked' | 'access' | 'pendingReloads' | 'altered'> {
  const { cluster, staleRoles, isExempt = false, isWithoutServiceAccounts = false } = observed;
  const isValid = mode !== 'invalid';
  return {
    generation: cluster.metadata?.generation ?? 0,
    problems,
    secrets: secrets && { ...secrets, warnings: [...secrets.warnings, ...(config?.warnings ?? [])] },
    paused: cluster.spec?.paused ?? false,
    isExempt,
    lacksServiceAccounts: isWithoutServiceAccounts && cluster.spec?.auth?.enableServiceAccounts === true,
    staleRoles,
    hostPorts: isValid ? hostPorts(cluster.spec ?? {}) : [],
    blockedScaling,
    partition: findPartition(cluster.metadata?.name ?? '', observed),
    remotes: isValid ? reviewRemotes(observed, members) : undefined,
    hasJetStream: isValid && cluster.spec?.jetstream !== undefined,
    jetstream: jetStreamHealth(members, observed),
    volumes: serverVolumes(cluster.metadata?.name ?? '', observed),
    ...{ size, members, step, failure },
    previous: withCurrentNames(cluster.status),
  };
}

/** Milliseconds until time alone changes what the Secrets are worth: a certificate expires. */
const untilSecretsChange = (secrets: SecretsValidation | undefined, now: Date): number =>
  secrets?.changesAt === undefined ? Infinity : Math.max(secrets.changesAt - now.getTime(), 0) + 1_000;
