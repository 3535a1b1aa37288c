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

/** The template to apply, with the annotations that record it and a failed one. */
export interface TemplateChoice {
  readonly template: V1PodTemplateSpec;
  readonly annotations: Record<string, string>;
  /** Why the desired template is not used: a pod failed with it, and no server was ever ready with it. */
  readonly failure: string | undefined;
  /** The message of the Event if the desired template, which failed before, is retried. */
  readonly retry: string | undefined;
  /** Milliseconds until a failed template is retried; Infinity if it is not. */
  readonly retryIn: number;
}

/**
 * The desired template, or the last good one if the desired one has failed, until the spec changes or the template is
 * retried. Annotations of the StatefulSet record it.
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
    // A retry that is due waits for servers, which send events.
    retryIn: retryIn <= 0 ? Infinity : retryIn,
  };
}

/** @param before the previous failure, until a server is ready with the template */
const tryDesired = (desired: V1PodTemplateSpec, before: TemplateFailure | undefined): TemplateChoice => ({
  template: desired,
  annotations: { ...templateHash(desired), ...(before === undefined ? {} : failureAnnotations(desired, before)) },
  failure: undefined,
  retry: undefined,
  retryIn: Infinity,
});

/** Whether all pods came up with the last applied template. */
const isComplete = (live: ChildStatefulSet): boolean =>
  isSeen(live) && live.status?.currentRevision === live.status?.updateRevision;

const untilRetry = ({ retryAfter = Infinity }: TemplateFailure, age: number): number => retryAfter * 1000 - age;

/**
 * Why the desired template has failed: any pod fails with it, and no server is up with it. Undefined without a last good
 * template to return to.
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
  // A pod that got the template before those above it was down before: it may fail for its previous reason.
  const wasDown = outdated.some(({ ordinal }) => ordinal > failed.ordinal);
  const pass = wasDown ? 'recovery' : failed.mayPass ? 'time' : 'never';
  return addAttempt(`${failed.name} ${failed.failure ?? ''}`, before, pass);
}
