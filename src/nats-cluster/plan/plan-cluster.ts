import type { Observed } from '../observed';
import type { Resolved } from '../resolve';
import { findStatefulSet } from '../observed';
import { listMembers } from '../rollout/members';
import type { ClusterPlan } from './cluster-plan';
import { planFrozenServers, planInitialConfig } from './frozen-plan';
import { planAll } from './full-plan';

/** Plans as much of the spec as the mode allows. */
export function planCluster(resolved: Resolved, observed: Observed): ClusterPlan {
  switch (resolved.mode) {
    case 'normal':
      return planAll(resolved.model, resolved.secrets, observed);
    case 'secrets-invalid':
      return { ...planFrozenServers(resolved.model, observed, resolved.secrets), size: resolved.model.size };
    case 'bootstrap':
      return { ...unchanged(observed), children: planInitialConfig(resolved.model, observed, resolved.secrets) };
    case 'invalid':
      return unchanged(observed);
  }
}

/** All stays as it is. */
function unchanged(observed: Observed): ClusterPlan {
  const live = findStatefulSet(observed);
  const size = live?.spec?.replicas ?? 0;
  const members = listMembers(observed.cluster.metadata?.name ?? '', size, live, observed);
  return { children: [], step: { kind: 'settled' }, members, size };
}
