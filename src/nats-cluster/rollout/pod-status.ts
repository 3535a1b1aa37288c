import type { V1ContainerStateTerminated, V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { quote } from '../../text/quote';
import { NATS_CONTAINER } from '../spec/pod-parts';

/** The reasons of a waiting container that waiting alone does not fix. */
const TERMINAL_REASONS = new Set([
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
 * @param age for how many milliseconds it has been observed as not ready
 */
export function findFailure(pod: V1Pod, age: number): string | undefined {
  if (isTerminating(pod)) return undefined;
  const failed = findTerminal(pod);
  if (failed !== undefined) return `failed (${describeContainer(failed)})`;
  if (age < START_DEADLINE) return undefined;
  return `was not ready after ${START_DEADLINE / 60_000} minutes: it ${describePodProblem(pod)}`;
}

/** Whether the failure of a pod that is not ready may pass without another template: its containers do not say that it is for good. */
export function mayPass(pod: V1Pod): boolean {
  const reason = findTerminal(pod)?.state?.waiting?.reason;
  return reason === undefined || PASSING.has(reason);
}

const findTerminal = (pod: V1Pod): V1ContainerStatus | undefined =>
  containerStatuses(pod).find(({ state }) => TERMINAL_REASONS.has(state?.waiting?.reason ?? ''));

/**
 * What a pod that is not ready is waiting for, in a few words.
 *
 * @param health what its server answers to the readiness probe; undefined where that is not known
 */
export function describePodProblem(pod: V1Pod, health?: string): string {
  if (isTerminating(pod)) return 'is shutting down';
  const waiting = containerStatuses(pod).find(({ state }) => state?.running === undefined);
  if (waiting !== undefined) {
    const isStarting = STARTING_REASONS.has(waiting.state?.waiting?.reason ?? 'Starting');
    return `is ${isStarting && !waiting.state?.terminated ? 'starting' : 'failing'} (${describeContainer(waiting)})`;
  }
  const unscheduled = unscheduledCondition(pod);
  if (unscheduled !== undefined) return `cannot be scheduled: ${quote(unscheduled.message) ?? ''}`;
  return health === undefined ? 'is starting' : `is not ready: ${quote(health) ?? ''}`;
}

/** What a container waits for that has nothing wrong with it. */
const STARTING_REASONS = new Set(['Starting', 'ContainerCreating', 'PodInitializing']);

/** What is wrong with a server that is not ready, by kinds that require different actions. Each is the reason of an Event. */
export const serverProblems = ['Unschedulable', 'ImagePullError', 'CrashLoop', 'StartError', 'PodRejected'] as const;

export type ServerProblem = (typeof serverProblems)[number];

const PROBLEMS: Readonly<Record<string, ServerProblem>> = {
  ErrImagePull: 'ImagePullError',
  ImagePullBackOff: 'ImagePullError',
  ErrImageNeverPull: 'ImagePullError',
  InvalidImageName: 'ImagePullError',
  CrashLoopBackOff: 'CrashLoop',
  CreateContainerConfigError: 'StartError',
  CreateContainerError: 'StartError',
  RunContainerError: 'StartError',
};

/** What is wrong with a pod that is not ready, and is not only starting. */
export function findProblem(pod: V1Pod): ServerProblem | undefined {
  if (isTerminating(pod)) return undefined;
  const [problem] = containerStatuses(pod).flatMap(status => problemOf(status) ?? []);
  return problem ?? (isUnschedulable(pod) ? 'Unschedulable' : undefined);
}

/** Between two crashes a container runs for a moment: `started` says that it came up. */
function problemOf({ state, lastState, restartCount, started }: V1ContainerStatus): ServerProblem | undefined {
  const problem = PROBLEMS[state?.waiting?.reason ?? ''];
  if (problem !== undefined) return problem;
  const hasCrashed = restartCount > 1 && (lastState?.terminated?.exitCode ?? 0) !== 0;
  return hasCrashed && started !== true ? 'CrashLoop' : undefined;
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
    last === undefined ? (endOf(terminated) ?? kubeletWords(state?.waiting?.message)) : `its last output: ${last}`;
  return `container ${name}: ${reason}${words === undefined ? '' : `: ${words}`}`;
}

/** Of a container that exited without any output. */
const endOf = (terminated: V1ContainerStateTerminated | undefined): string | undefined =>
  terminated && `${terminated.reason ?? 'Error'}, exit code ${terminated.exitCode}`;

/** It repeats what registries and runtimes report. */
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

/** Whether a pod is ready and not being deleted. */
export function isReady(pod: V1Pod | undefined): boolean {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return false;
  return readyCondition(pod)?.status === 'True';
}

/** Whether a pod's server has started and Kubernetes does not count it as ready, though it is not being deleted. */
export function isUnready(pod: V1Pod): boolean {
  if (isReady(pod) || pod.metadata?.deletionTimestamp !== undefined) return false;
  return pod.status?.containerStatuses?.some(({ name, started }) => name === NATS_CONTAINER && started) ?? false;
}

/** The condition by which Kubernetes says whether a pod is ready. */
export const readyCondition = (pod: V1Pod | undefined): V1PodCondition | undefined =>
  pod?.status?.conditions?.find(({ type }) => type === 'Ready');
