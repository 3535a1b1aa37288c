import type { V1PodTemplateSpec, V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import { isServing, type Member } from './members';
import { rolloutReason } from './rollout-reason';
import type { Step } from './step';

/** How far a roll may go next, or that the new template's pod does not come up. */
export type RolloutDecision =
  | { readonly kind: 'go'; readonly updateStrategy: V1StatefulSetUpdateStrategy; readonly step: Step }
  | { readonly kind: 'failed'; readonly member: Member; readonly why: string };

/**
 * The StatefulSet may replace the pods from index `partition` on; the index counts from 0, whatever the ordinals start at.
 * Parked at the number of replicas it touches none, whatever becomes of its template.
 */
export const parked = (replicas: number): V1StatefulSetUpdateStrategy => updateFrom(replicas);

/** The StatefulSet replaces no pod by itself, and makes those that go anew from its newest template. */
export const onDelete: V1StatefulSetUpdateStrategy = { type: 'OnDelete' };

const updateFrom = (partition: number): V1StatefulSetUpdateStrategy => ({
  type: 'RollingUpdate',
  rollingUpdate: { partition },
});

/**
 * Lets the next outdated pod go, the highest ordinal first, once every other server is ready and meshed. A pod that does not
 * serve anyway goes without waiting for the others: that takes nothing from anybody.
 */
export function planRollout(
  members: readonly Member[],
  current: V1StatefulSetUpdateStrategy,
  template: V1PodTemplateSpec,
): RolloutDecision {
  const outdated = members.filter(member => member.outdated);
  const next = outdated.at(-1);
  if (next === undefined) return { kind: 'go', updateStrategy: parked(members.length), step: { kind: 'settled' } };

  const updated = members.filter(member => !member.outdated);
  const failed = updated.find(({ failure }) => failure !== undefined);
  if (failed?.failure !== undefined) return { kind: 'failed', member: failed, why: failed.failure };

  const leaving = members.find(({ terminating }) => terminating);
  if (leaving !== undefined) return wait(current, `${leaving.name} is shutting down`);
  if (!next.ready) return go(updateFrom(next.ordinal - 1), next, template);

  const troubled = members.find(member => member !== next && !isServing(member));
  if (troubled === undefined) return go(updateFrom(next.ordinal - 1), next, template);
  if (troubled.outdated && !troubled.ready) return replaceOutOfTurn(current, troubled, template);
  return wait(current, `${troubled.name} ${troubled.trouble ?? 'is not ready'}`);
}

/**
 * An outdated pod that is down, below others that serve: the StatefulSet would replace those first, or make it anew from the
 * old template. With OnDelete it takes the new one, so a mended spec reaches the broken server before the working ones.
 */
function replaceOutOfTurn(
  current: V1StatefulSetUpdateStrategy,
  member: Member,
  template: V1PodTemplateSpec,
): RolloutDecision {
  const prepared = current.type === 'OnDelete';
  const step: Step = { kind: 'replace', member, reason: rolloutReason(member.pod, template), deletePod: prepared };
  return { kind: 'go', updateStrategy: onDelete, step };
}

const go = (
  updateStrategy: V1StatefulSetUpdateStrategy,
  member: Member,
  template: V1PodTemplateSpec,
): RolloutDecision => ({
  kind: 'go',
  updateStrategy,
  step: { kind: 'replace', member, reason: rolloutReason(member.pod, template), deletePod: false },
});

const wait = (updateStrategy: V1StatefulSetUpdateStrategy, why: string): RolloutDecision => ({
  kind: 'go',
  updateStrategy,
  step: { kind: 'wait', why },
});
