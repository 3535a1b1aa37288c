import type { Capability } from 'pepr';
import type { GenericClass } from 'kubernetes-fluent-client';
import type { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';

/**
 * Watches a kind, told of objects that come, change and go alike. Pepr's selectors know either of the two; capabilities/run-watches.ts, which carries
 * the watch out, tells of all.
 *
 * @param label only objects with this label and value; the API server filters
 */
export function watchAllEvents<T extends GenericClass>(
  capability: Capability,
  model: T,
  label: readonly [string, string] | undefined,
  onEvent: (object: InstanceType<T>, phase: WatchPhase) => void,
): void {
  const selected = capability.When(model).IsCreatedOrUpdated();
  const filtered = label === undefined ? selected : selected.WithLabel(...label);
  filtered.Watch(onEvent);
}
