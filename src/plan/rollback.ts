import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { childId, type ChildStatefulSet } from '../model/child';
import { FAILED_TEMPLATE_ANNOTATION, FAILURE_ANNOTATION } from '../model/labels';
import type { Observed, StoredFields } from '../model/observed';
import { digest } from './digest';
import { isSeen } from './is-seen';
import type { Member } from './members';
import { isPublished, templateMark } from './published';

/** The template to give the StatefulSet, and what that has to remember of it, and of one that failed. */
export interface TemplateChoice {
  readonly template: V1PodTemplateSpec;
  readonly annotations: Record<string, string>;
  /** Why the wanted template is not used: its first pod did not come up. */
  readonly failure: string | undefined;
}

/**
 * The wanted template, unless its first pod has failed: then the last good one stands in for it, until another is wanted.
 * What the StatefulSet has to remember of that stands in its annotations.
 */
export function chooseTemplate(
  wanted: V1PodTemplateSpec,
  live: ChildStatefulSet,
  members: readonly Member[],
  { lastGoodTemplate, stored }: Observed,
): TemplateChoice {
  const remembered = recall(wanted, live);
  const template = lastGoodTemplate ?? (remembered === undefined ? undefined : live.spec?.template);
  const failure = remembered ?? findFirstFailure(wanted, live, members, stored?.get(childId(live)));
  if (failure === undefined || template === undefined) {
    return { template: wanted, annotations: templateMark(wanted), failure: undefined };
  }
  const failed = { [FAILED_TEMPLATE_ANNOTATION]: digest(wanted), [FAILURE_ANNOTATION]: failure };
  return { template, annotations: { ...templateMark(template, live), ...failed }, failure };
}

/** Why the wanted template failed, where it is the one that did. */
function recall(wanted: V1PodTemplateSpec, { metadata }: ChildStatefulSet): string | undefined {
  const { [FAILED_TEMPLATE_ANNOTATION]: failed, [FAILURE_ANNOTATION]: failure } = metadata.annotations ?? {};
  return failed === digest(wanted) ? (failure ?? 'its first pod did not come up') : undefined;
}

/**
 * Why the wanted template's first pod does not come up. A pod that fails beside another that serves with the same template, or
 * out of turn, in the place of one that was down before, says nothing about the template; and without a server that serves with
 * the old one there is nothing good to go back to.
 */
function findFirstFailure(
  wanted: V1PodTemplateSpec,
  live: ChildStatefulSet,
  members: readonly Member[],
  stored: StoredFields | undefined,
): string | undefined {
  const { currentRevision, updateRevision } = live.status ?? {};
  if (!isPublished(wanted, live, stored) || !isSeen(live) || currentRevision === updateRevision) return undefined;
  const outdated = members.filter(member => member.outdated);
  const updated = members.filter(member => !member.outdated);
  const first = updated.find(({ failure }) => failure !== undefined);
  if (first === undefined || updated.some(isUp)) return undefined;
  const inTurn = outdated.every(({ ordinal }) => ordinal < first.ordinal);
  const canGoBack = members.length === 1 || outdated.some(({ ready }) => ready);
  return inTurn && canGoBack ? `${first.name} ${first.failure ?? ''}` : undefined;
}

const isUp = ({ ready, failure }: Member): boolean => ready && failure === undefined;
