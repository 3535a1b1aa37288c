import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { podOrdinal } from '../model/names';
import type { Observed } from '../model/observed';
import type { StatefulSetPlan } from '../resources/stateful-set';
import { findDrift } from './drift';
import { listMembers, type Member } from './members';
import { isSeen } from './is-seen';
import { chooseTemplate } from './rollback';
import { planRollout } from './rollout';
import { planScale } from './scale';
import type { Step } from './step';
import { parked } from './update-strategy';

/** What to make of the StatefulSet now, the one step that this takes, and the servers as they stand. */
export interface StatefulSetDecision {
  readonly plan: StatefulSetPlan;
  readonly step: Step;
  readonly members: readonly Member[];
  /** Why the servers keep the last good template instead of the wanted one. */
  readonly failure: string | undefined;
}

/**
 * Decides about the StatefulSet: first its template is published, with the partition parked so that no pod is touched; then
 * the size follows, then one outdated pod after the other is let go. Nothing is remembered: each call reads off the world
 * how far things are, so that an operator killed anywhere goes on where it was.
 */
export function planStatefulSet(
  model: ClusterModel,
  wanted: V1PodTemplateSpec,
  live: ChildStatefulSet | undefined,
  observed: Observed,
  now: Date,
): StatefulSetDecision {
  if (live === undefined) return create(model, wanted, observed, now);
  const replicas = live.spec?.replicas ?? 0;
  const members = listMembers(model.name, Math.max(replicas, 1), live, observed, now);
  const { template, annotations, failure } = chooseTemplate(wanted, live, members, observed);
  const updateStrategy = live.spec?.updateStrategy ?? parked(replicas);
  const base: StatefulSetPlan = { template, annotations, replicas, updateStrategy };
  const decide = (change: Partial<StatefulSetPlan>, step: Step): StatefulSetDecision => ({
    plan: { ...base, ...change },
    ...{ step, members, failure },
  });

  if (findDrift(template, live.spec?.template) !== undefined) {
    return decide({ replicas: Math.max(replicas, model.size), updateStrategy: parked(replicas) }, { kind: 'publish' });
  }
  // More servers hurt nobody, so they need not wait until the StatefulSet controller has seen what somebody took away.
  if (!isSeen(live) && replicas >= model.size) return decide({}, { kind: 'unseen' });
  const scale = planScale(model, replicas, members, observed);
  if (scale?.mayRoll === false) return decide({ replicas: scale.replicas }, scale.step);
  const rollout = planRollout(members, updateStrategy, template);
  const step = rollout.step.kind === 'settled' ? (scale?.step ?? rollout.step) : rollout.step;
  return decide({ updateStrategy: rollout.updateStrategy }, step);
}

/** Pods that were there before, as `kubectl delete --cascade=orphan` leaves them, are taken over; those too many go later. */
function create(model: ClusterModel, template: V1PodTemplateSpec, observed: Observed, now: Date): StatefulSetDecision {
  const orphans = observed.pods.map(({ metadata }) => podOrdinal(model.name, metadata?.name ?? '') ?? 0);
  const replicas = Math.max(model.size, ...orphans);
  return {
    plan: { replicas, template, updateStrategy: parked(replicas) },
    step: { kind: 'create' },
    members: listMembers(model.name, model.size, undefined, observed, now),
    failure: undefined,
  };
}
