import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import { FAILED_TEMPLATE_ANNOTATION, FAILURE_ANNOTATION, TEMPLATE_ANNOTATION } from '../model/labels';
import { digest } from './digest';
import { findDrift } from './drift';

/** What marks a StatefulSet as the one that we gave that template; one that is taken from the StatefulSet itself keeps its mark. */
export function templateMark(template: V1PodTemplateSpec, live?: ChildStatefulSet): Record<string, string> {
  if (live === undefined || template !== live.spec?.template) return { [TEMPLATE_ANNOTATION]: digest(template) };
  return pick(live, [TEMPLATE_ANNOTATION]);
}

/** What a StatefulSet remembers of its templates: the one that it was given, and one that failed. */
export const templateMemory = (live: ChildStatefulSet): Record<string, string> =>
  pick(live, [TEMPLATE_ANNOTATION, FAILED_TEMPLATE_ANNOTATION, FAILURE_ANNOTATION]);

/** Whether the StatefulSet has exactly that template. A drift shows what it lacks, and the mark what it should have no longer. */
export function isPublished(template: V1PodTemplateSpec, live: ChildStatefulSet): boolean {
  const { [TEMPLATE_ANNOTATION]: mark } = templateMark(template, live);
  return (
    mark === live.metadata.annotations?.[TEMPLATE_ANNOTATION] && findDrift(template, live.spec?.template) === undefined
  );
}

function pick({ metadata: { annotations = {} } }: ChildStatefulSet, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (annotations[name] === undefined ? [] : [[name, annotations[name]]])),
  );
}
