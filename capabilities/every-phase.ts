import type { Capability } from 'pepr';
import type { GenericClass } from 'kubernetes-fluent-client';
import type { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';

/**
 * Registers a watch for all events of a kind. Pepr's selectors cover either creation and update, or deletion;
 * capabilities/run-watches.ts, which runs the watch, delivers all events.
 *
 * @param label label selector, evaluated by the API server
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
