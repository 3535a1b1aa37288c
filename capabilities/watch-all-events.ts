import type { Capability } from 'pepr';
import type { GenericClass, KubernetesObject } from 'kubernetes-fluent-client';
import type { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';
import type { Child, ChildKind } from '../src/nats-cluster/children';
import type { Phase } from '../src/runtime/informer';

/**
 * Registers a watch for all events of a kind. Pepr's selectors cover either creation and update, or deletion;
 * capabilities/informers.ts, which runs the watch, delivers all events.
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

/** Maps a watch event type of Kubernetes to the controller's. */
export function toWatchEvent(phase: WatchPhase): Phase {
  const type: string = phase;
  return type === 'DELETED' ? 'gone' : 'present';
}

/** Sets the type of an object: items of a list have no apiVersion and kind. */
export const toChild = (
  { apiVersion, kind }: Pick<ChildKind, 'apiVersion' | 'kind'>,
  object: KubernetesObject,
): Child => Object.assign(object, { apiVersion, kind }) as Child;
