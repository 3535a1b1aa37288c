import type { SystemRequestsAction } from '../action';
import type { Observed } from '../observed';
import type { NextStep } from '../rollout/next-step';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { systemAccess } from './system-access';

/** The action that asks the servers for what a step needs; none if it needs nothing. */
export function systemRequestsActions(
  model: ResolvedCluster,
  { systemUser, secrets = new Map() }: Observed,
  step: NextStep,
): SystemRequestsAction[] {
  if (step.kind !== 'operate' || step.requests.length === 0) return [];
  const access = systemAccess(model, systemUser, secrets);
  if (typeof access !== 'object') return [];
  return [{ type: 'system-requests', access, requests: step.requests, event: undefined, disruptive: false }];
}
