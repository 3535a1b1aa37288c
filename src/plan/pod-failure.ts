import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

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

/** How much of a server's last words is quoted. */
const QUOTE_LENGTH = 400;

/** How long a pod may take to become ready before it counts as failed, in milliseconds. */
const START_DEADLINE = 300_000;

/** Why a pod that is not ready can't come up by waiting; undefined where there is hope. */
export function findFailure(pod: V1Pod | undefined, now: Date): string | undefined {
  const failed = containerStatuses(pod).find(({ state }) => HOPELESS.has(state?.waiting?.reason ?? ''));
  if (failed !== undefined) return describeContainer(failed);
  const created = pod?.metadata?.creationTimestamp;
  if (created === undefined || now.getTime() - new Date(created).getTime() < START_DEADLINE) return undefined;
  return `not ready after ${START_DEADLINE / 60_000} minutes: ${describeTrouble(pod)}`;
}

/** What a pod that is not ready is waiting for, in a few words. */
export function describeTrouble(pod: V1Pod | undefined): string {
  if (pod === undefined) return 'does not exist yet';
  if (pod.metadata?.deletionTimestamp !== undefined) return 'is shutting down';
  const waiting = containerStatuses(pod).find(({ state }) => state?.running === undefined);
  if (waiting !== undefined) return describeContainer(waiting);
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return unscheduled === undefined ? 'is starting' : `can't be scheduled: ${unscheduled.message ?? ''}`;
}

function describeContainer({ name, state, lastState }: V1ContainerStatus): string {
  const words = lastWords(state?.terminated ?? lastState?.terminated) ?? quote(state?.waiting?.message);
  const reason = state?.waiting?.reason ?? state?.terminated?.reason ?? 'Starting';
  return `container ${name}: ${reason}${words === undefined ? '' : `: ${words}`}`;
}

function lastWords(
  terminated: { exitCode: number; reason?: string; message?: string } | undefined,
): string | undefined {
  if (terminated === undefined) return undefined;
  return quote(terminated.message) ?? `${terminated.reason ?? 'Error'}, exit code ${terminated.exitCode}`;
}

/** The end of a message, for that is where a server says why it gave up. */
function quote(message: string | undefined): string | undefined {
  const text = message?.trim();
  if (!text) return undefined;
  return text.length <= QUOTE_LENGTH ? text : `…${text.slice(-QUOTE_LENGTH)}`;
}

function containerStatuses(pod: V1Pod | undefined): V1ContainerStatus[] {
  return [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])];
}
