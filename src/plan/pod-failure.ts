import type { V1ContainerStateTerminated, V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { quote } from '../model/quote';

/** The reasons of a waiting container that time alone does not mend. */
const HOPELESS = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

/** Those of them that pass when something outside the pod changes: a registry is back, an object that the pod names is there. */
const PASSING = new Set(['CreateContainerConfigError', 'ImagePullBackOff']);

/** How long this operator may see a pod unready before it counts as failed, in milliseconds. */
const START_DEADLINE = 300_000;

/**
 * Why a pod that is not ready can't come up by waiting; undefined where there is hope.
 *
 * @param age for how many milliseconds it has been seen unready
 */
export function findFailure(pod: V1Pod, age: number): string | undefined {
  if (isTerminating(pod)) return undefined;
  const failed = findHopeless(pod);
  if (failed !== undefined) return describeContainer(failed);
  if (age < START_DEADLINE) return undefined;
  return `not ready after ${START_DEADLINE / 60_000} minutes: ${describeTrouble(pod)}`;
}

/** Whether the failure of a pod that is not ready may pass without another template: its containers do not say that it is for good. */
export function mayPass(pod: V1Pod): boolean {
  const reason = findHopeless(pod)?.state?.waiting?.reason;
  return reason === undefined || PASSING.has(reason);
}

const findHopeless = (pod: V1Pod): V1ContainerStatus | undefined =>
  containerStatuses(pod).find(({ state }) => HOPELESS.has(state?.waiting?.reason ?? ''));

/**
 * What a pod that is not ready is waiting for, in a few words.
 *
 * @param health what its server answers to the readiness probe; undefined where that is not known
 */
export function describeTrouble(pod: V1Pod, health?: string): string {
  if (isTerminating(pod)) return 'is shutting down';
  const waiting = containerStatuses(pod).find(({ state }) => state?.running === undefined);
  if (waiting !== undefined) return describeContainer(waiting);
  const unscheduled = unscheduledCondition(pod);
  if (unscheduled !== undefined) return `can't be scheduled: ${quote(unscheduled.message) ?? ''}`;
  return health === undefined ? 'is starting' : `is not ready: ${quote(health) ?? ''}`;
}

/** Whether the scheduler has found no node for a pod. */
export const isUnschedulable = (pod: V1Pod): boolean => unscheduledCondition(pod) !== undefined;

const unscheduledCondition = (pod: V1Pod): V1PodCondition | undefined =>
  pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');

function describeContainer({ name, state, lastState }: V1ContainerStatus): string {
  const reason = state?.waiting?.reason ?? state?.terminated?.reason ?? 'Starting';
  const terminated = state?.terminated ?? lastState?.terminated;
  const last = quote(terminated?.message, 'end');
  const words =
    last === undefined ? (endOf(terminated) ?? kubeletWords(state?.waiting?.message)) : `its last words were: ${last}`;
  return `container ${name}: ${reason}${words === undefined ? '' : `: ${words}`}`;
}

/** Of a container that ended without a word. */
const endOf = (terminated: V1ContainerStateTerminated | undefined): string | undefined =>
  terminated && `${terminated.reason ?? 'Error'}, exit code ${terminated.exitCode}`;

/** It repeats what registries and runtimes tell it. */
function kubeletWords(message: string | undefined): string | undefined {
  const words = quote(message);
  return words && `the kubelet says: ${words}`;
}

/** All containers but the init containers that have done their work. */
function containerStatuses(pod: V1Pod): V1ContainerStatus[] {
  const unfinished = pod.status?.initContainerStatuses?.filter(({ state }) => state?.terminated?.exitCode !== 0);
  return [...(unfinished ?? []), ...(pod.status?.containerStatuses ?? [])];
}

const isTerminating = ({ metadata }: V1Pod): boolean => metadata?.deletionTimestamp !== undefined;
