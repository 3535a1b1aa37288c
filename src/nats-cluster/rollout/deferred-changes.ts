import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { FAILED_POD_TEMPLATE_HASH_ANNOTATION, POD_TEMPLATE_HASH_ANNOTATION } from '../spec/labels';
import { NATS_CONTAINER } from '../spec/pod-parts';
import { JETSTREAM_READINESS } from '../resources/probes';
import { digest } from '../../json/digest';

/**
 * The template without changes that only come from a newer operator: an upgrade of the operator restarts no server, so they
 * are applied with the next requested change.
 *
 * @param live the StatefulSet, whose annotations record the applied and the failed template
 */
export function deferChanges(template: V1PodTemplateSpec, live: ChildStatefulSet | undefined): V1PodTemplateSpec {
  const { [POD_TEMPLATE_HASH_ANNOTATION]: given, [FAILED_POD_TEMPLATE_HASH_ANNOTATION]: failed } =
    live?.metadata.annotations ?? {};
  const former = withFormerReadiness(template);
  if (former === undefined) return template;
  const mark = digest(former);
  return mark === given || mark === failed ? former : template;
}

/** With the readiness probe of previous releases, which had no exception for JetStream; undefined without JetStream. */
function withFormerReadiness(template: V1PodTemplateSpec): V1PodTemplateSpec | undefined {
  const { spec } = template;
  const nats = spec?.containers.find(({ name }) => name === NATS_CONTAINER);
  const probe = nats?.readinessProbe;
  if (spec === undefined || probe?.httpGet?.path !== JETSTREAM_READINESS) return undefined;
  const former = { ...nats, readinessProbe: { ...probe, httpGet: { ...probe.httpGet, path: '/healthz' } } };
  const containers = spec.containers.map(container => (container === nats ? { ...container, ...former } : container));
  return { ...template, spec: { ...spec, containers } };
}
