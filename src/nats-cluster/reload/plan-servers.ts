import type { Action } from '../action';
import { planChildren, type Conflict } from '../apply/plan-children';
import { planPodMetadata } from '../apply/pod-metadata';
import { identityOf } from '../child';
import type { Observed } from '../observed';
import type { ClusterPlan } from '../plan/cluster-plan';
import type { Resolved } from '../resolve';
import { findStatefulSet } from '../observed';
import type { Member } from '../rollout/members';
import type { StatusInput } from '../status/status-input';
import type { SpecProblem } from '../validation/spec-problem';
import { planAccess } from './access';
import { planAccessReload, planReload } from './plan-reload';

export interface ServersPlan extends Pick<StatusInput, 'access' | 'pendingReloads'> {
  /** Actions before the children are applied: removed users. */
  readonly first: readonly Action[];
  readonly actions: readonly Action[];
}

/** Plans what running servers need: reloads, and current metadata on their pods. */
export function planServers(
  resolved: Resolved,
  { config, members }: ClusterPlan,
  blocked: Conflict | undefined,
  observed: Observed,
  now: Date,
): ServersPlan {
  const isFollowing = resolved.mode === 'normal' || resolved.mode === 'secrets-invalid';
  const metadata =
    isFollowing && blocked === undefined ? planPodMetadata(resolved.model, findStatefulSet(observed), observed) : [];
  if (resolved.mode === 'normal' && config !== undefined && blocked === undefined) {
    const { actions, pendingReloads } = planReload(resolved.model, config.files, members, observed, now);
    return { access: undefined, pendingReloads, first: [], actions: [...metadata, ...actions] };
  }
  const { actions, ...followed } = followAccess(observed, resolved.problems, members, now);
  return { ...followed, first: actions, actions: metadata };
}

/** Updates users and permissions even if the rest of the configuration cannot follow the spec. */
function followAccess(
  observed: Observed,
  problems: readonly SpecProblem[],
  members: readonly Member[],
  now: Date,
): Pick<StatusInput, 'access' | 'pendingReloads'> & { actions: readonly Action[] } {
  const access = planAccess(observed, problems, now);
  if (access === undefined) return { access: undefined, actions: [], pendingReloads: [] };
  const identity = identityOf(observed.cluster);
  const { spec = {} } = observed.cluster;
  const desired = access.secret === undefined ? [] : [access.secret];
  const { actions, blocked } = planChildren(identity, desired, observed, { kind: 'settled' });
  const target = {
    name: identity.name,
    useServerName: spec.useServerName ?? false,
    pod: { reloads: spec.pod?.enableConfigReload ?? false },
  };
  const reload = planAccessReload(target, access.files, members, observed, now);
  return {
    access: access.isCurrent ? 'current' : 'revoked',
    actions: blocked === undefined ? [...actions, ...reload.actions] : [],
    pendingReloads: reload.pendingReloads,
  };
}
