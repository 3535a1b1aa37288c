import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { childId, type ChildStatefulSet, isSeen } from '../child';
import { POD_TEMPLATE_HASH_ANNOTATION } from '../spec/labels';
import type { Observed, StoredFields } from '../observed';
import { digest } from '../../json/digest';
import {
  addAttempt,
  describeFailure,
  describeRetry,
  failureAnnotations,
  recallFailure,
  type TemplateFailure,
} from './failed-template';
import { isHealthy, isUp, type Member } from './members';
import { isTemplateApplied, templateHash } from './applied-template';
import { hasFallback } from './last-good';
import { ROLLOUT_FAILURE } from './observations';

/** The template to give the StatefulSet, and what that has to remember of it, and of one that failed. */
export interface TemplateChoice {
  readonly template: V1PodTemplateSpec;
  readonly annotations: Record<string, string>;
  /** Why the wanted template is not used: a pod failed with it, and no server ever served. */
  readonly failure: string | undefined;
  /** The message of the Event if the desired template, which failed before, is retried. */
  readonly retry: string | undefined;
  /** Milliseconds until a template that failed may be tried again; Infinity where nobody waits for that. */
  readonly retryIn: number;
}

/**
 * The wanted template, unless it has failed: then the last good one stands in for it, until another is wanted or the wanted one is to be tried again.
 * What the StatefulSet has to remember of that stands in its annotations.
 */
export function chooseTemplate(
  desired: V1PodTemplateSpec,
  live: ChildStatefulSet,
  members: readonly Member[],
  { lastGoodTemplate, ages, stored }: Observed,
): TemplateChoice {
  const before = recallFailure(desired, live);
  const isTried = live.metadata.annotations?.[POD_TEMPLATE_HASH_ANNOTATION] === digest(desired);
  const isRolledBack = before !== undefined && !isTried;
  const failure = isRolledBack ? before : findFailure(desired, live, members, stored?.get(childId(live)), before);
  const lastGood = lastGoodTemplate ?? (isRolledBack ? live.spec?.template : undefined);
  if (failure === undefined || lastGood === undefined)
    return tryDesired(desired, isComplete(live) ? undefined : before);

  const retryIn = isRolledBack ? untilRetry(failure, ages?.get(ROLLOUT_FAILURE) ?? 0) : Infinity;
  if (retryIn <= 0 && isSeen(live) && members.every(member => isHealthy(member) && !member.outdated))
    return { ...tryDesired(desired, failure), retry: describeRetry(failure) };
  return {
    template: lastGood,
    annotations: { ...templateHash(lastGood, live), ...failureAnnotations(desired, failure) },
    failure: describeFailure(failure),
    retry: undefined,
    // A retry that is due waits for servers, of which events tell.
    retryIn: retryIn <= 0 ? Infinity : retryIn,
  };
}

/** @param before how it failed before, for as long as it has not proven that it does so no more */
const tryDesired = (desired: V1PodTemplateSpec, before: TemplateFailure | undefined): TemplateChoice => ({
  template: desired,
  annotations: { ...templateHash(desired), ...(before === undefined ? {} : failureAnnotations(desired, before)) },
  failure: undefined,
  retry: undefined,
  retryIn: Infinity,
});

/** Whether all pods came up with what the StatefulSet was given last. */
const isComplete = (live: ChildStatefulSet): boolean =>
  isSeen(live) && live.status?.currentRevision === live.status?.updateRevision;

const untilRetry = ({ retryAfter = Infinity }: TemplateFailure, age: number): number => retryAfter * 1000 - age;

/**
 * Why the wanted template has failed: a pod fails with it, wherever that stands, and no server is up with it, which would prove that it can serve. With nothing
 * that ever worked to go back to, it is as good as any.
 */
function findFailure(
  desired: V1PodTemplateSpec,
  live: ChildStatefulSet,
  members: readonly Member[],
  stored: StoredFields | undefined,
  before: TemplateFailure | undefined,
): TemplateFailure | undefined {
  if (!isTemplateApplied(desired, live, stored) || !isSeen(live) || !hasFallback(members, live)) return undefined;
  const updated = members.filter(member => !member.outdated);
  const failed = updated.find(({ failure }) => failure !== undefined);
  if (failed === undefined || updated.some(isUp)) return undefined;
  const outdated = members.filter(member => member.outdated);
  // A pod that took the template before those above it was down before: it may fail for what it failed for with the last good one.
  const wasDown = outdated.some(({ ordinal }) => ordinal > failed.ordinal);
  const pass = wasDown ? 'recovery' : failed.mayPass ? 'time' : 'never';
  return addAttempt(`${failed.name} ${failed.failure ?? ''}`, before, pass);
}
