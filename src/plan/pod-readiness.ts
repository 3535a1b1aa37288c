import type { V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { NATS_CONTAINER } from '../model/pod-parts';

/** Whether Kubernetes counts a pod as ready and nobody is deleting it. */
export function isReady(pod: V1Pod | undefined): boolean {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return false;
  return readyCondition(pod)?.status === 'True';
}

/** Whether a pod's server has started and Kubernetes does not count it as ready, though nobody is deleting it. */
export function isUnready(pod: V1Pod): boolean {
  if (isReady(pod) || pod.metadata?.deletionTimestamp !== undefined) return false;
  return pod.status?.containerStatuses?.some(({ name, started }) => name === NATS_CONTAINER && started) ?? false;
}

/** When a pod became as ready or unready as it is, in milliseconds: at the latest change, or when it was made. */
export function readinessSince(pod: V1Pod | undefined): number {
  const times = [pod?.metadata?.creationTimestamp, readyCondition(pod)?.lastTransitionTime];
  return Math.max(...times.map(time => (time === undefined ? -Infinity : new Date(time).getTime())));
}

const readyCondition = (pod: V1Pod | undefined): V1PodCondition | undefined =>
  pod?.status?.conditions?.find(({ type }) => type === 'Ready');
