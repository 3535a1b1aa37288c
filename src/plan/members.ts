import type { V1Pod } from '@kubernetes/client-node';
import { ordinals, podName } from '../model/names';
import type { AnsweringServer, Observed } from '../model/observed';
import { describeTrouble, findFailure } from './pod-failure';

/** One server of a cluster, as it stands. */
export interface Member {
  /** From 1, as in the pod's name; the StatefulSet's own index is one less. */
  readonly ordinal: number;
  readonly name: string;
  readonly pod: V1Pod | undefined;
  /** Kubernetes counts it as ready, and nobody is deleting it. */
  readonly ready: boolean;
  readonly terminating: boolean;
  /** It has routes to, and from, every other ready server. */
  readonly meshed: boolean;
  /** Its monitoring port answers. */
  readonly answers: boolean;
  /** It runs another revision than the StatefulSet wants. */
  readonly outdated: boolean;
  /** Why it is not ready and meshed, in a few words. */
  readonly trouble: string | undefined;
  /** Why it can't come up by waiting, in the words of the kubelet or the server. */
  readonly failure: string | undefined;
}

const REVISION_LABEL = 'controller-revision-hash';

/** The members of ordinals 1 to `count`, in that order. */
export function listMembers(
  cluster: string,
  count: number,
  updateRevision: string | undefined,
  observed: Observed,
  now: Date,
): Member[] {
  return ordinals(count).map(ordinal => {
    const name = podName(cluster, ordinal);
    const pod = observed.pods.find(({ metadata }) => metadata?.name === name);
    const ready = isReady(pod);
    const meshed = ready && isMeshed(name, observed);
    return {
      ordinal,
      name,
      pod,
      ready,
      meshed,
      terminating: pod?.metadata?.deletionTimestamp !== undefined,
      outdated: pod !== undefined && pod.metadata?.labels?.[REVISION_LABEL] !== updateRevision,
      trouble: ready ? meshTrouble(name, meshed, observed) : describeTrouble(pod),
      answers: observed.servers.get(name)?.answered ?? false,
      failure: ready ? undefined : findFailure(pod, now),
    };
  });
}

/** Whether a member may be counted on. */
export const isServing = ({ ready, meshed }: Member): boolean => ready && meshed;

/** Whether Kubernetes counts a pod as ready and nobody is deleting it. */
export function isReady(pod: V1Pod | undefined): boolean {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return false;
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function isMeshed(name: string, observed: Observed): boolean {
  const own = observed.servers.get(name);
  if (own?.answered !== true) return false;
  return otherReadyPods(name, observed).every(other => {
    const report = observed.servers.get(other);
    return report?.answered === true && areRouted(own, report);
  });
}

const areRouted = (a: AnsweringServer, b: AnsweringServer): boolean =>
  a.routedTo.has(b.serverId) && b.routedTo.has(a.serverId);

function meshTrouble(name: string, meshed: boolean, observed: Observed): string | undefined {
  if (meshed) return undefined;
  const own = observed.servers.get(name);
  if (own === undefined) return 'was not asked for its routes yet';
  if (!own.answered) return `does not answer on its monitoring port: ${own.reason}`;
  const missing = otherReadyPods(name, observed).filter(other => {
    const report = observed.servers.get(other);
    return report?.answered !== true || !areRouted(own, report);
  });
  return `has no routes with ${missing.join(', ')} yet`;
}

function otherReadyPods(name: string, observed: Observed): string[] {
  return observed.pods
    .filter(isReady)
    .map(({ metadata }) => metadata?.name ?? '')
    .filter(other => other !== name);
}
