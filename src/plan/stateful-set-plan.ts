import type { V1PodTemplateSpec, V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { FAILED_TEMPLATE_ANNOTATION } from '../model/labels';
import type { Observed } from '../model/observed';
import type { StatefulSetPlan } from '../resources/stateful-set';
import { digest } from './digest';
import { findDrift } from './drift';
import { listMembers, type Member } from './members';
import { onDelete, parked, planRollout } from './rollout';
import { planScale } from './scale';
import type { Step } from './step';

/** What to make of the StatefulSet now, the one step that this takes, and the servers as they stand. */
export interface StatefulSetDecision {
  readonly plan: StatefulSetPlan;
  readonly step: Step;
  readonly members: readonly Member[];
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
  const members = listMembers(model.name, Math.max(replicas, 1), live.status?.updateRevision, observed, now);
  const { template, annotations } = chooseTemplate(wanted, live, observed);
  const base = { template, annotations, replicas, updateStrategy: live.spec?.updateStrategy ?? parked(replicas) };

  if (findDrift(template, live.spec?.template) !== undefined) {
    const size = Math.max(replicas, model.size);
    return { plan: { ...base, replicas: size, updateStrategy: parked(size) }, step: { kind: 'publish' }, members };
  }
  if ((live.status?.observedGeneration ?? 0) < (live.metadata.generation ?? 0)) {
    return {
      plan: base,
      step: { kind: 'wait', why: 'the StatefulSet controller has not seen the last change yet' },
      members,
    };
  }
  const scale = planScale(model, replicas, members, observed);
  if (scale !== undefined) {
    const updateStrategy =
      scale.replicas > replicas ? keepParked(base.updateStrategy, scale.replicas, members) : base.updateStrategy;
    return { plan: { ...base, replicas: scale.replicas, updateStrategy }, step: scale.step, members };
  }
  return planNextPod(base, wanted, live, members, observed);
}

function planNextPod(
  base: StatefulSetPlan,
  wanted: V1PodTemplateSpec,
  live: ChildStatefulSet,
  members: readonly Member[],
  observed: Observed,
): StatefulSetDecision {
  const rollout = planRollout(members, base.updateStrategy, base.template);
  const { lastGoodTemplate } = observed;
  const alreadyBack = FAILED_TEMPLATE_ANNOTATION in (base.annotations ?? {});
  if (rollout.kind !== 'failed') {
    return { plan: { ...base, updateStrategy: rollout.updateStrategy }, step: rollout.step, members };
  }
  const failedStep: Step = { kind: 'failed', member: rollout.member, why: rollout.why };
  if (lastGoodTemplate === undefined || alreadyBack) {
    return { plan: { ...base, updateStrategy: live.spec?.updateStrategy ?? onDelete }, step: failedStep, members };
  }
  return {
    plan: {
      ...base,
      template: lastGoodTemplate,
      annotations: { ...base.annotations, [FAILED_TEMPLATE_ANNOTATION]: digest(wanted) },
      updateStrategy: parked(base.replicas),
    },
    step: failedStep,
    members,
  };
}

function create(model: ClusterModel, template: V1PodTemplateSpec, observed: Observed, now: Date): StatefulSetDecision {
  return {
    plan: { replicas: model.size, template, updateStrategy: parked(model.size) },
    step: { kind: 'create' },
    members: listMembers(model.name, model.size, undefined, observed, now),
  };
}

/** A template whose first pod failed is not tried again; the last good one stands in for it until the spec changes. */
function chooseTemplate(
  wanted: V1PodTemplateSpec,
  live: ChildStatefulSet,
  { lastGoodTemplate }: Observed,
): { template: V1PodTemplateSpec; annotations: Record<string, string> } {
  const failed = live.metadata.annotations?.[FAILED_TEMPLATE_ANNOTATION];
  if (failed === undefined || failed !== digest(wanted) || lastGoodTemplate === undefined) {
    return { template: wanted, annotations: {} };
  }
  return { template: lastGoodTemplate, annotations: { [FAILED_TEMPLATE_ANNOTATION]: failed } };
}

/** New pods take the wanted revision where no roll is under way; during one, they wait for their turn with the others. */
function keepParked(
  strategy: V1StatefulSetUpdateStrategy,
  replicas: number,
  members: readonly Member[],
): V1StatefulSetUpdateStrategy {
  return members.some(({ outdated }) => outdated) ? strategy : parked(replicas);
}
