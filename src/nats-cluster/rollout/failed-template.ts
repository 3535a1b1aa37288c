import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import {
  FAILED_ATTEMPTS_ANNOTATION,
  FAILED_POD_TEMPLATE_HASH_ANNOTATION,
  ROLLOUT_FAILURE_ANNOTATION,
  RETRY_AFTER_ANNOTATION,
} from '../spec/labels';
import { quote } from '../../text/quote';
import { digest } from '../../json/digest';

/** What is remembered of a pod template that has failed, in annotations of the StatefulSet. */
export interface TemplateFailure {
  /** What became of its pod, in the words of the kubelet or the server. */
  readonly why: string;
  /** How many times it has failed. */
  readonly attempts: number;
  /** After how many seconds it is tried again, once all servers serve; undefined where it is not, before the spec changes. */
  readonly retryAfter: number | undefined;
}

/** How often a template is tried in all. Each attempt costs a server that serves. */
const MAX_ATTEMPTS = 6;

/** Seconds until the second attempt; each one after that waits twice as long. */
const FIRST_RETRY = 300;

/**
 * The failure of a template, one attempt more than it had before.
 *
 * @param pass when the failure may pass: never; `recovery`, once the pod that failed, which was down before, is healthy again; or with `time`
 */
export function addAttempt(
  why: string,
  before: TemplateFailure | undefined,
  pass: 'never' | 'recovery' | 'time',
): TemplateFailure {
  const attempts = (before?.attempts ?? 0) + 1;
  const wait = pass === 'recovery' ? 0 : FIRST_RETRY * 2 ** (attempts - 1);
  const retryAfter = pass === 'never' || attempts >= MAX_ATTEMPTS ? undefined : wait;
  return { why: cut(why) ?? '', attempts, retryAfter };
}

/** The failure as text: `c-3 container nats: ImagePullBackOff (attempt 1 of 6, the next one after 5 minutes)`. */
export function describeFailure({ why, attempts, retryAfter }: TemplateFailure): string {
  if (retryAfter === undefined) return attempts < MAX_ATTEMPTS ? why : `${why} (the last of ${MAX_ATTEMPTS} attempts)`;
  const next = retryAfter === 0 ? 'when all servers are ready' : `after ${retryAfter / 60} minutes`;
  return `${why} (attempt ${attempts} of ${MAX_ATTEMPTS}, the next one ${next})`;
}

/** The message of the Event for a retried template. */
export const describeRetry = ({ why, attempts }: TemplateFailure): string =>
  `Retrying the update, attempt ${attempts + 1} of ${MAX_ATTEMPTS}; in the last one ${why}`;

/** What the StatefulSet remembers of that template's failures; undefined where it has not failed, or that is unknown. */
export function recallFailure(
  template: V1PodTemplateSpec,
  { metadata }: ChildStatefulSet,
): TemplateFailure | undefined {
  const { annotations = {} } = metadata;
  if (annotations[FAILED_POD_TEMPLATE_HASH_ANNOTATION] !== digest(template)) return undefined;
  return {
    why: cut(annotations[ROLLOUT_FAILURE_ANNOTATION]) ?? 'its first pod did not come up',
    attempts: toNumber(annotations[FAILED_ATTEMPTS_ANNOTATION]) ?? 1,
    retryAfter: toNumber(annotations[RETRY_AFTER_ANNOTATION]),
  };
}

/** The annotations that a StatefulSet remembers a failed template by. */
export const failureAnnotations = (
  template: V1PodTemplateSpec,
  { why, attempts, retryAfter }: TemplateFailure,
): Record<string, string> => ({
  [FAILED_POD_TEMPLATE_HASH_ANNOTATION]: digest(template),
  [ROLLOUT_FAILURE_ANNOTATION]: why,
  [FAILED_ATTEMPTS_ANNOTATION]: String(attempts),
  ...(retryAfter === undefined ? {} : { [RETRY_AFTER_ANNOTATION]: String(retryAfter) }),
});

/** A quotation and what introduces it. What is cut already stays as it is. */
const LONGEST_WHY = 600;

/** An edited annotation may be anything. */
const cut = (text: string | undefined): string | undefined => quote(text, 'start', LONGEST_WHY);

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
