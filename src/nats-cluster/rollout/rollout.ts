import type { V1PodTemplateSpec, V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { findLevelBlocker } from '../jetstream/api-levels';
import { versionOf } from '../jetstream/upgrade-path';
import { findLostQuorum } from '../jetstream/quorum-gate';
import type { Observed } from '../observed';
import { findDisruptionBlocker, findRestartBlocker } from './disruption-gate';
import { isUp, type Member } from './members';
import { hasFallback } from './last-good';
import { rolloutReason } from './restart-reason';
import type { NextStep } from './next-step';
import {
  findReplaced,
  holdPartition,
  isSetFor,
  onDelete,
  keepPartition,
  replacing,
  updateFrom,
} from './update-strategy';

/** The next state of a rollout. */
export interface RolloutDecision {
  readonly updateStrategy: V1StatefulSetUpdateStrategy;
  /** Annotations of the StatefulSet that record its progress. */
  readonly annotations?: Record<string, string>;
  readonly step: NextStep;
}

/**
 * Replaces the next outdated pod, the highest ordinal first, if all other servers are healthy. A pod that is down is
 * replaced without waiting for others, because that disrupts no clients. While no server is up with the new template and the
 * last good one is known, a single pod tries it.
 *
 * @param template the desired template
 */
export function planRollout(
  members: readonly Member[],
  live: ChildStatefulSet,
  template: V1PodTemplateSpec,
  observed: Pick<Observed, 'servers' | 'ages'>,
): RolloutDecision {
  const replaced = findReplaced(members, live);
  if (replaced !== undefined) {
    const why = `${replaced.name} ${replaced.statusMessage ?? 'is not ready'}`;
    return { updateStrategy: onDelete, annotations: replacing(replaced), step: { kind: 'wait', why } };
  }
  const lacking = members.find(member => member.lacksVolume);
  if (lacking !== undefined) return replaceWithoutVolume(members, live, lacking, template, observed);
  const stopped = findStopped(members);
  const outdated = members.filter(member => member.outdated);
  const next = stopped ?? outdated.at(-1);
  if (next === undefined) return { updateStrategy: pauseRollout(members, live), step: { kind: 'settled' } };
  const wait = ({ name, statusMessage = 'is not ready' }: Pick<Member, 'name' | 'statusMessage'>): RolloutDecision => ({
    updateStrategy: pauseRollout(members, live),
    step: { kind: 'wait', why: `${name} ${statusMessage}` },
  });

  const onItsWay = members.find(member => member.terminating || isComingUp(member)) ?? findTrial(members, live);
  if (onItsWay !== undefined) return wait(onItsWay);
  if (next === stopped) return restartStopped(members, live, next, template, observed);
  const blocker =
    findDisruptionBlocker(members, next, observed) ??
    findLevelBlocker(versionOf(template)[0], members, observed.servers);
  const broken = findBroken(members, outdated, next, live);
  const loss = broken && findLostQuorum(observed.servers, members, broken);
  if (loss !== undefined) return { ...wait(next), step: { kind: 'wait', why: loss } };
  if (blocker === undefined || (broken === next && (next.pod === undefined || isFirstInLine(members, next))))
    return allowReplacement(members, next, template);
  if (broken === undefined) return { ...wait(next), step: { kind: 'wait', why: blocker } };
  return broken === next
    ? replaceBehindOthers(members, live, next, template)
    : replaceFailedFirst(members, live, broken, template);
}

/**
 * The lowest pod without the volume that the StatefulSet gives all its pods. Its controller can't add one to a pod, and
 * stops at the first pod that lacks it, so that it creates none above: servers are replaced from the lowest ordinal up, and
 * one above that is missing is not waited for.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/statefulset/stateful_set_control.go processReplica, slowStartBatch
 */
function replaceWithoutVolume(
  members: readonly Member[],
  live: ChildStatefulSet,
  next: Member,
  template: V1PodTemplateSpec,
  observed: Pick<Observed, 'servers' | 'ages'>,
): RolloutDecision {
  // One that has its volume, and has failed with it, would be waited for.
  const failed = members.find(({ ordinal, outdated, stuck }) => outdated && stuck && ordinal < next.ordinal);
  if (failed !== undefined) return replaceFailedFirst(members, live, failed, template);
  const present = members.filter(({ pod, ordinal }) => pod !== undefined || ordinal < next.ordinal);
  const onItsWay = present.find(member => member.terminating || isComingUp(member));
  const why = onItsWay
    ? `${onItsWay.name} ${onItsWay.statusMessage ?? 'is not ready'}`
    : next.ready && findDisruptionBlocker(present, next, observed);
  if (why) return { updateStrategy: pauseRollout(members, live), step: { kind: 'wait', why } };
  return replaceByDeletion(members, live, next, 'it has no volume for JetStream');
}

/** The server to restart for its grown volume: one that is down first, for nobody waits for the others then. */
const findStopped = (members: readonly Member[]): Member | undefined => {
  const stopped = members.filter(({ awaitsRestart }) => awaitsRestart);
  return stopped.find(({ ready }) => !ready) ?? stopped.at(-1);
};

/** It stores nothing, so that no replica is waited for; whatever has its quorum by this server keeps it. */
function restartStopped(
  members: readonly Member[],
  live: ChildStatefulSet,
  stopped: Member,
  template: V1PodTemplateSpec,
  observed: Pick<Observed, 'servers' | 'ages'>,
): RolloutDecision {
  const why = findRestartBlocker(members, stopped, observed);
  if (why !== undefined) return { updateStrategy: pauseRollout(members, live), step: { kind: 'wait', why } };
  return replaceByDeletion(members, live, stopped, 'it stopped storing messages, and its volume has grown since');
}

/** The strategy that replaces no further outdated pod, whatever value the partition has been set to. */
export function pauseRollout(members: readonly Member[], live: ChildStatefulSet): V1StatefulSetUpdateStrategy {
  const current = live.spec?.updateStrategy ?? keepPartition(members.length);
  const next = members.filter(member => member.outdated).at(-1);
  if (next !== undefined) return holdPartition(members, current, next, findTrial(members, live) === undefined);
  // A missing pod keeps the partition: with a higher one, the StatefulSet might create it from the previous template.
  const isMissing = members.some(({ pod }) => pod === undefined);
  return isMissing && current.type !== 'OnDelete' ? current : keepPartition(members.length);
}

/** It was replaced and has not failed yet: replacing another pod would risk an unverified template. */
const isComingUp = ({ pod, outdated, ready, failure, awaitsRestart }: Member): boolean =>
  pod !== undefined && !outdated && !ready && !awaitsRestart && failure === undefined;

/**
 * The server that tries an unverified template while the last good one is known, so that no second one is risked.
 * Undefined if none tries it, or if one is up with it.
 */
function findTrial(members: readonly Member[], live: ChildStatefulSet): Member | undefined {
  const updated = members.filter(member => !member.outdated);
  return updated.some(isUp) || !hasFallback(members, live) ? undefined : updated.at(-1);
}

/**
 * The outdated server to replace first because it is down and does not recover: it fails, is unschedulable, or its pod is
 * rejected for its template. A server that is only missing is recreated from the last good template, unless it is next
 * anyway. If no template ever worked, there is nothing to wait for.
 */
function findBroken(
  members: readonly Member[],
  outdated: readonly Member[],
  next: Member,
  live: ChildStatefulSet,
): Member | undefined {
  if (members.every(({ ready }) => !ready) && !hasFallback(members, live)) return next;
  return outdated
    .filter(member => member.stuck && (member === next || member.pod !== undefined || member.refused))
    .at(-1);
}

/** The StatefulSet itself waits for every pod with a higher ordinal. */
const isFirstInLine = (members: readonly Member[], next: Member): boolean =>
  members.every(({ ordinal, ready }) => ordinal <= next.ordinal || ready);

function allowReplacement(members: readonly Member[], member: Member, template: V1PodTemplateSpec): RolloutDecision {
  const reason = member.pod === undefined ? 'it does not exist' : rolloutReason(member.pod, template);
  return {
    updateStrategy: updateFrom(member.ordinal - 1),
    step: { kind: 'replace', member, reason, progress: describeUpdated(members), deletePod: false },
  };
}

/** The progress of a rollout, as `1 of 3 updated`. */
export const describeUpdated = (members: readonly Member[]): string =>
  `${members.filter(({ outdated }) => !outdated).length} of ${members.length} updated`;

/** The next pod while others above it are down: it is deleted, because the StatefulSet would wait for those. */
function replaceBehindOthers(
  members: readonly Member[],
  live: ChildStatefulSet,
  next: Member,
  template: V1PodTemplateSpec,
): RolloutDecision {
  const decision = allowReplacement(members, next, template);
  const isReplaceable = live.spec?.updateStrategy?.rollingUpdate?.partition === next.ordinal - 1;
  return isReplaceable && decision.step.kind === 'replace'
    ? { ...decision, step: { ...decision.step, deletePod: true } }
    : decision;
}

/**
 * An outdated pod that is down, below healthy ones: the StatefulSet would replace those first, or recreate it from the
 * current template. A corrected spec reaches the broken server before the working ones.
 */
const replaceFailedFirst = (
  members: readonly Member[],
  live: ChildStatefulSet,
  member: Member,
  template: V1PodTemplateSpec,
): RolloutDecision => replaceByDeletion(members, live, member, member.pod && rolloutReason(member.pod, template));

/**
 * Any server, whatever its ordinal: with OnDelete for the deletion of its pod alone it gets the newest template. If both
 * templates are equal, deleting it is enough.
 *
 * @param reason undefined if there is no pod to delete
 */
function replaceByDeletion(
  members: readonly Member[],
  live: ChildStatefulSet,
  member: Member,
  reason: string | undefined,
): RolloutDecision {
  const isOneTemplate = live.status?.currentRevision === live.status?.updateRevision;
  const decision = isOneTemplate
    ? { updateStrategy: pauseRollout(members, live) }
    : { updateStrategy: onDelete, annotations: replacing(member) };
  if (reason === undefined || !(isOneTemplate || isSetFor(live, member))) {
    const why = member.ready
      ? `${member.name} is about to be replaced`
      : `${member.name}, which is down, is updated before the others`;
    return { ...decision, step: { kind: 'wait', why } };
  }
  const progress = describeUpdated(members);
  return { ...decision, step: { kind: 'replace', member, reason, progress, deletePod: true } };
}
