import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { childId, type ChildStatefulSet, isSeen } from '../child';
import {
  areClaimsOwned,
  claimTemplateFields,
  mayRecreate,
  needsRecreation,
  recreatedStatefulSet,
} from '../jetstream/claim-templates';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { podOrdinal } from '../spec/names';
import type { Observed } from '../observed';
import type { StatefulSetPlan } from '../resources/stateful-set';
import { findLegacyPods, planRetirement, withoutLegacyPods } from '../legacy/legacy-pods';
import { inputAnnotations } from './last-inputs';
import { listMembers, type Member } from './members';
import { isTemplateApplied, templateAnnotations, templateHash } from './applied-template';
import { planHibernation } from './hibernation';
import { chooseTemplate } from './rollback';
import { provenRevisionAnnotation } from './last-good';
import { pauseRollout, planRollout } from './rollout';
import { askedReplicas, planScale } from './scale';
import type { NextStep } from './next-step';
import { keepPartition } from './update-strategy';

/** What to make of the StatefulSet now, the one step that this takes, and the servers as they stand. */
export interface StatefulSetDecision {
  readonly plan: StatefulSetPlan;
  readonly step: NextStep;
  readonly members: readonly Member[];
  /** Why the servers keep the last good template instead of the desired one. */
  readonly failure: string | undefined;
  /** Milliseconds until the failed template is retried; Infinity if it is not. */
  readonly retryIn: number;
}

/**
 * Plans the StatefulSet: first its template is applied, with the partition at the number of replicas so that no pod is
 * replaced; then the size changes; then outdated pods are replaced one at a time. Progress is derived from the observed
 * state, so an operator that is killed at any point continues where it was.
 */
export function planStatefulSet(
  model: ResolvedCluster,
  desired: V1PodTemplateSpec,
  live: ChildStatefulSet | undefined,
  observed: Observed,
): StatefulSetDecision {
  if (live === undefined) return create(model, desired, observed);
  if (model.isHibernating) return hibernate(model, live, observed);
  const replicas = live.spec?.replicas ?? 0;
  const members = listMembers(model.name, Math.max(replicas, 1), live, observed);
  const { template, retry, ...choice } = chooseTemplate(desired, live, members, observed);
  const claims = claimTemplateFields(model, live);
  const annotations = {
    ...choice.annotations,
    ...provenRevisionAnnotation(live, members),
    ...inputAnnotations(desired, observed),
    ...claims.annotations,
  };
  const asked = askedReplicas(model, replicas, observed);
  const base: StatefulSetPlan = {
    ...{ template, annotations },
    ...{ replicas: asked, updateStrategy: pauseRollout(members, live) },
    volumeClaimTemplates: claims.volumeClaimTemplates,
  };
  const decide = (change: Partial<StatefulSetPlan>, step: NextStep): StatefulSetDecision => ({
    plan: { ...base, ...change },
    ...{ step, members, failure: choice.failure, retryIn: choice.retryIn },
  });

  const { adoptablePods, excessPods } = findLegacyPods(model, replicas, observed);
  if (adoptablePods.length > 0)
    return decide({ updateStrategy: keepPartition(replicas) }, { kind: 'adopt', pods: adoptablePods });
  if (needsRecreation(model, live)) {
    const kept = {
      template: live.spec?.template ?? {},
      annotations: { ...templateAnnotations(live), ...claims.annotations },
    };
    if (!isSeen(live)) return decide(kept, { kind: 'unseen' });
    if (mayRecreate(live, members, observed)) {
      if (areClaimsOwned(model, live, observed))
        return decide({ ...kept, retainsClaims: true }, { kind: 'recreate', next: undefined });
      const next = { statefulSet: recreatedStatefulSet(model, live, observed), uid: live.metadata.uid ?? '' };
      return decide(kept, { kind: 'recreate', next });
    }
  }
  if (!isTemplateApplied(template, live, observed.stored?.get(childId(live)))) {
    const count = model.shutOutUntil === undefined ? Math.max(replicas, model.size) : replicas;
    return decide(
      // Servers that are added, or start again, have the template before until one has proven this one.
      { replicas: count, updateStrategy: keepPartition(count) },
      { kind: 'publish', retry, isRollback: choice.failure !== undefined },
    );
  }
  // Adding servers is safe, so it need not wait until the StatefulSet controller has observed a removal.
  const lacksServers = asked < model.size;
  if (!isSeen(live) && !lacksServers) return decide({}, { kind: 'unseen' });
  const retirement = lacksServers ? undefined : planRetirement(members, excessPods);
  if (retirement?.mayRoll === false) return decide({}, retirement.step);
  // The StatefulSet controller stops at a pod without its volume, before it removes any.
  const mayScale = lacksServers || members.every(member => !member.lacksVolume);
  const scale = mayScale ? planScale(model, replicas, members, withoutLegacyPods(model, observed)) : undefined;
  if (scale?.mayRoll === false) return decide({ replicas: scale.replicas }, scale.step);
  const rollout = planRollout(members, live, template, observed);
  const step = rollout.step.kind === 'settled' ? (scale ?? retirement ?? rollout).step : rollout.step;
  const { updateStrategy } = rollout;
  return decide({ updateStrategy, annotations: { ...annotations, ...rollout.annotations } }, step);
}

/** The template stays: the servers start with that of the spec when they are needed again. */
function hibernate(model: ResolvedCluster, live: ChildStatefulSet, observed: Observed): StatefulSetDecision {
  const { plan, step, members } = planHibernation(model, live, observed);
  const { volumeClaimTemplates } = live.spec ?? {};
  // While a template is tried, the last good one is what all servers may start with at once.
  const template = observed.lastGoodTemplate ?? live.spec?.template ?? {};
  const annotations = { ...templateAnnotations(live), ...templateHash(template, live), ...plan.annotations };
  return {
    plan: { ...plan, template, volumeClaimTemplates, annotations },
    step,
    members,
    failure: undefined,
    retryIn: Infinity,
  };
}

/**
 * Pods that were there before, as `kubectl delete --cascade=orphan` leaves them, are adopted; excess ones are deleted later. Those of the
 * Go operator have an owner until they are handed over.
 */
function create(model: ResolvedCluster, template: V1PodTemplateSpec, observed: Observed): StatefulSetDecision {
  const { pods } = withoutLegacyPods(model, observed);
  const orphans = pods.map(({ metadata }) => podOrdinal(model.name, metadata?.name ?? '') ?? 0);
  const replicas = model.isHibernating && orphans.length === 0 ? 0 : Math.max(model.size, ...orphans);
  const { adoptablePods } = findLegacyPods(model, replicas, observed);
  const claims = claimTemplateFields(model, undefined);
  const annotations = { ...templateHash(template), ...inputAnnotations(template, observed), ...claims.annotations };
  return {
    plan: {
      ...{ replicas, template, annotations, updateStrategy: keepPartition(replicas) },
      volumeClaimTemplates: claims.volumeClaimTemplates,
    },
    step: adoptablePods.length > 0 ? { kind: 'adopt', pods: adoptablePods } : { kind: 'create' },
    members: listMembers(model.name, model.size, undefined, observed),
    failure: undefined,
    retryIn: Infinity,
  };
}
