import type { Capability } from 'pepr';
import type { GenericClass } from 'kubernetes-fluent-client';
import type { Scope } from '../src/controller/scope';
import type { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';

/**
 * Watches a kind, told of objects that come, change and go alike. Pepr's selectors know either of the two, which would take
 * two watches and two caches of the same objects; its runtime knows `*` for all of them. Its own filter by namespace sorts out what
 * a watch of all namespaces has brought; each namespace of the scope is watched by itself instead, which takes no rights beyond it.
 *
 * @param label only objects with this label and value; the API server filters
 */
export function watchEveryPhase<T extends GenericClass>(
  capability: Capability,
  model: T,
  scope: Scope,
  label: readonly [string, string] | undefined,
  onEvent: (object: InstanceType<T>, phase: WatchPhase) => void,
): void {
  for (const namespace of scope ?? [undefined]) {
    const selected = capability.When(model).IsCreatedOrUpdated();
    const filtered = label === undefined ? selected : selected.WithLabel(...label);
    const before = capability.bindings.length;
    filtered.Watch(onEvent);
    for (const binding of capability.bindings.slice(before)) {
      Object.assign(binding, { event: '*' });
      Object.assign(binding.filters, namespace === undefined ? {} : { namespace });
    }
  }
}
