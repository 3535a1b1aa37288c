import type { V1PodTemplateSpec, V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import { findObstacle } from './gate';
import type { Member } from './members';
import { rolloutReason } from './rollout-reason';
import type { Step } from './step';
import { holdBack, onDelete, parked, updateFrom } from './update-strategy';

/** How far a roll may go now. */
export interface RolloutDecision {
  readonly updateStrategy: V1StatefulSetUpdateStrategy;
  readonly step: Step;
}

/**
 * Lets the next outdated pod go, the highest ordinal first, when all other servers can do without it. One that is down anyway
 * goes without waiting for the others: that takes nothing from anybody.
 *
 * @param current the StatefulSet's update strategy as it is
 * @param template what outdated pods are replaced with
 */
export function planRollout(
  members: readonly Member[],
  current: V1StatefulSetUpdateStrategy,
  template: V1PodTemplateSpec,
): RolloutDecision {
  const outdated = members.filter(member => member.outdated);
  const next = outdated.at(-1);
  if (next === undefined) return settle(members, current);
  const wait = (why: string): RolloutDecision => ({
    updateStrategy: holdBack(current, next),
    step: { kind: 'wait', why },
  });

  const onItsWay = members.find(member => member.terminating || isComingUp(member));
  if (onItsWay !== undefined) return wait(`${onItsWay.name} ${onItsWay.trouble ?? 'is not ready'}`);
  const obstacle = findObstacle(members, next);
  const allDown = members.every(({ ready }) => !ready);
  const broken = allDown ? next : outdated.filter(({ stuck }) => stuck).at(-1);
  if (obstacle === undefined || (broken === next && isFirstInLine(members, next))) return letGo(next, template);
  return broken === undefined ? wait(obstacle) : replaceOutOfTurn(current, broken, template);
}

/** Lets no outdated pod go, whatever somebody has made of the partition. */
export function holdRollout(
  members: readonly Member[],
  current: V1StatefulSetUpdateStrategy,
): V1StatefulSetUpdateStrategy {
  const next = members.filter(member => member.outdated).at(-1);
  return next === undefined ? settle(members, current).updateStrategy : holdBack(current, next);
}

/** A pod that is not there keeps the strategy: parked, the StatefulSet might make it from what was wanted before. */
function settle(members: readonly Member[], current: V1StatefulSetUpdateStrategy): RolloutDecision {
  const missing = members.some(({ pod }) => pod === undefined);
  return { updateStrategy: missing ? current : parked(members.length), step: { kind: 'settled' } };
}

/** It was replaced, and nothing says yet that it fails: what others run would be given up for what is unproven. */
const isComingUp = ({ pod, outdated, ready, failure }: Member): boolean =>
  pod !== undefined && !outdated && !ready && failure === undefined;

/** The StatefulSet itself waits for every pod above the one that is next. */
const isFirstInLine = (members: readonly Member[], next: Member): boolean =>
  members.every(({ ordinal, ready }) => ordinal <= next.ordinal || ready);

function letGo(member: Member, template: V1PodTemplateSpec): RolloutDecision {
  const reason = member.pod === undefined ? 'it does not exist' : rolloutReason(member.pod, template);
  return {
    updateStrategy: updateFrom(member.ordinal - 1),
    step: { kind: 'replace', member, reason, deletePod: false },
  };
}

/**
 * An outdated pod that is down, among others that serve: the StatefulSet would replace those first, or make it anew from the
 * old template. With OnDelete it takes the new one, so a mended spec reaches the broken server before the working ones.
 */
function replaceOutOfTurn(
  current: V1StatefulSetUpdateStrategy,
  member: Member,
  template: V1PodTemplateSpec,
): RolloutDecision {
  if (current.type !== 'OnDelete' || member.pod === undefined) {
    const why = `${member.name}, which is down, takes the new template before the others`;
    return { updateStrategy: onDelete, step: { kind: 'wait', why } };
  }
  const step: Step = { kind: 'replace', member, reason: rolloutReason(member.pod, template), deletePod: true };
  return { updateStrategy: onDelete, step };
}
