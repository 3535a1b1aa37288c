import type { V1Container, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { RESTARTED_AT_ANNOTATION, REVISION_LABEL } from '../spec/labels';
import { NATS_CONTAINER } from '../spec/pod-parts';

/** Why a pod has to be replaced: the closed list, each the end of an Event's message. */
type Checker = (pod: Side, template: Side) => string | undefined;

interface Side {
  readonly annotations: Readonly<Record<string, string>>;
  readonly nats: V1Container | undefined;
}

const checkers: readonly Checker[] = [
  (pod, template) =>
    pod.nats?.image === template.nats?.image
      ? undefined
      : `image ${pod.nats?.image ?? 'none'} → ${template.nats?.image ?? 'none'}`,
  (pod, template) =>
    configFileOf(pod.nats) === configFileOf(template.nats)
      ? undefined
      : 'the configuration changed in a way that needs a restart',
  ({ annotations }, template) => {
    const requested = template.annotations[RESTARTED_AT_ANNOTATION];
    return annotations[RESTARTED_AT_ANNOTATION] === requested
      ? undefined
      : `a restart was requested at ${requested ?? 'an unknown time'}`;
  },
];

/** Says why this pod is replaced by one of that template. */
export const rolloutReason = (pod: V1Pod | undefined, template: V1PodTemplateSpec): string =>
  pod !== undefined && !isOfStatefulSet(pod) ? 'the legacy operator created it' : templateChange(pod, template);

/** Says what of a template has changed that needs a restart. */
export function templateChange(
  before: V1Pod | V1PodTemplateSpec | undefined,
  template: V1PodTemplateSpec | undefined,
): string {
  const [from, to] = [sideOf(before), sideOf(template)];
  for (const check of checkers) {
    const reason = check(from, to);
    if (reason !== undefined) return reason;
  }
  return 'the pod template changed';
}

/** A StatefulSet labels each pod that it creates; one that it has adopted lacks the label. */
const isOfStatefulSet = ({ metadata }: V1Pod): boolean => metadata?.labels?.[REVISION_LABEL] !== undefined;

/** The configuration file that a nats container is started with: the word after `-c`. */
export function configFileOf(container: V1Container | undefined): string | undefined {
  const words = [...(container?.command ?? []), ...(container?.args ?? [])];
  const flag = words.findIndex(word => word === '-c' || word === '--config');
  return flag < 0 ? undefined : words[flag + 1];
}

function sideOf(object: V1Pod | V1PodTemplateSpec | undefined): Side {
  return { annotations: object?.metadata?.annotations ?? {}, nats: natsContainerOf(object) };
}

/** The container that runs the server. */
export function natsContainerOf(object: V1Pod | V1PodTemplateSpec | undefined): V1Container | undefined {
  return object?.spec?.containers.find(({ name }) => name === NATS_CONTAINER);
}
