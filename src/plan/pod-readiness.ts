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

/** The condition by which Kubernetes says whether a pod is ready. */
export const readyCondition = (pod: V1Pod | undefined): V1PodCondition | undefined =>
  pod?.status?.conditions?.find(({ type }) => type === 'Ready');
