import type { KubernetesObject } from 'kubernetes-fluent-client';
import type { WatchPhase } from 'kubernetes-fluent-client/dist/fluent/shared-types';
import type { Phase } from '../src/runtime/informer';
import type { Child, ChildKind } from '../src/nats-cluster/children';

/** What a phase of Kubernetes' watch means to the controller. */
export function toWatchEvent(phase: WatchPhase): Phase {
  const word: string = phase;
  return word === 'DELETED' ? 'gone' : 'present';
}

/** The object as a child. In a list, as a watch starts with, the items don't say of what kind they are. */
export const toChild = (
  { apiVersion, kind }: Pick<ChildKind, 'apiVersion' | 'kind'>,
  object: KubernetesObject,
): Child => Object.assign(object, { apiVersion, kind }) as Child;
