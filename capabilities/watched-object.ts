import type { KubernetesObject } from 'kubernetes-fluent-client';
import type { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';
import type { Phase } from '../src/runtime/informer';
import type { Child, ChildKind } from '../src/nats-cluster/children';

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
