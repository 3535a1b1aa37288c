import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import type { StoredFields } from '../observed';
import {
  CLAIM_TEMPLATES_HASH_ANNOTATION,
  FAILED_ATTEMPTS_ANNOTATION,
  FAILED_POD_TEMPLATE_HASH_ANNOTATION,
  ROLLOUT_FAILURE_ANNOTATION,
  IMAGE_REPOSITORY_ANNOTATION,
  PROVEN_REVISION_ANNOTATION,
  RESTARTED_AT_ANNOTATION,
  RETRY_AFTER_ANNOTATION,
  POD_TEMPLATE_HASH_ANNOTATION,
} from '../spec/labels';
import { digest } from '../../json/digest';
import { findDrift } from '../apply/drift';

/** The annotations of a StatefulSet with that applied template; a template that is read from the StatefulSet itself keeps them. */
export function templateHash(template: V1PodTemplateSpec, live?: ChildStatefulSet): Record<string, string> {
  if (live === undefined || template !== live.spec?.template)
    return { [POD_TEMPLATE_HASH_ANNOTATION]: digest(template) };
  return pick(live, [POD_TEMPLATE_HASH_ANNOTATION]);
}

/** What a StatefulSet remembers of its templates: the one that it was given, one that failed, the last good one, and what they were made from. */
export const templateAnnotations = (live: ChildStatefulSet): Record<string, string> =>
  pick(live, [
    POD_TEMPLATE_HASH_ANNOTATION,
    FAILED_POD_TEMPLATE_HASH_ANNOTATION,
    ROLLOUT_FAILURE_ANNOTATION,
    FAILED_ATTEMPTS_ANNOTATION,
    RETRY_AFTER_ANNOTATION,
    PROVEN_REVISION_ANNOTATION,
    RESTARTED_AT_ANNOTATION,
    IMAGE_REPOSITORY_ANNOTATION,
    CLAIM_TEMPLATES_HASH_ANNOTATION,
  ]);

/**
 * Whether the StatefulSet has exactly that template, or what the API server makes of it. A drift shows what it lacks, and the mark what it should have no
 * longer.
 *
 * @param stored what the API server made of our last apply of the StatefulSet
 */
export function isTemplateApplied(desired: V1PodTemplateSpec, live: ChildStatefulSet, stored?: StoredFields): boolean {
  const applied = { metadata: { annotations: templateHash(desired, live) }, spec: { template: desired } };
  return findDrift(applied, live, stored) === undefined;
}

function pick({ metadata: { annotations = {} } }: ChildStatefulSet, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (annotations[name] === undefined ? [] : [[name, annotations[name]]])),
  );
}
