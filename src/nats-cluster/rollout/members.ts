import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { findClaimTemplate } from '../jetstream/claims';
import { stopRecord } from '../jetstream/stopped-storage';
import { ordinals, podName } from '../spec/names';
import { JETSTREAM_VOLUME } from '../spec/pod-parts';
import type { Observed } from '../observed';
import { describeMesh, findPeers, findUnrouted } from './mesh';
import { conflictFinder, type ConflictFinder } from './route-partition';
import { describeAbsence, findMissingFailure, isMissingForLong, isTemplateRejected } from './missing-pod';
import {
  describePodProblem,
  findFailure,
  findProblem,
  isUnschedulable,
  mayPass,
  type ServerProblem,
  isReady,
} from './pod-status';
import { nextRevision, revisionOf } from './revisions';

/** The state of one server of a cluster. */
export interface Member {
  /** From 1, as in the pod's name; the StatefulSet's own index is one less. */
  readonly ordinal: number;
  readonly name: string;
  readonly pod: V1Pod | undefined;
  /** The pod is ready and not terminating. */
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Its monitoring port answers. */
  readonly answers: boolean;
  /** The ready servers to which its routes are missing or unknown. */
  readonly unrouted: readonly string[];
  /** Milliseconds for which this operator has observed it as ready, unready or missing. */
  readonly age: number;
  /** It has been ready for so long that missing routes will not form by waiting. */
  readonly longReady: boolean;
  /** Its revision is not the StatefulSet's update revision. */
  readonly outdated: boolean;
  /** Why it is not ready or lacks routes, in a few words. */
  readonly statusMessage: string | undefined;
  /** The problem of a server that is not ready and not only starting. */
  readonly problem: ServerProblem | undefined;
  /** Why waiting does not help, in the words of the kubelet or the server. */
  readonly failure: string | undefined;
  /** The failure may pass without a new template, such as an unavailable registry. */
  readonly mayPass: boolean;
  /** It is down and unlikely to recover by itself. */
  readonly stuck: boolean;
  /** It is missing because the API server rejects pods of its template. */
  readonly refused: boolean;
  /** Its pod lacks the volume that the StatefulSet has a claim template for. */
  readonly lacksVolume: boolean;
  /** It has stopped storing messages for want of space, and its volume has grown since: only a restart lets it store again. */
  readonly awaitsRestart: boolean;
}

/** Milliseconds within which servers have to connect to each other. */
const MESH_DEADLINE = 120_000;

/**
 * The members of ordinals 1 to `count`, in that order.
 *
 * @param live the StatefulSet, which has the update revision; undefined if it does not exist
 */
export function listMembers(
  cluster: string,
  count: number,
  live: ChildStatefulSet | undefined,
  observed: Observed,
): Member[] {
  const conflictOf = conflictFinder(cluster, observed);
  return ordinals(count).map(ordinal => {
    const name = podName(cluster, ordinal);
    const pod = observed.pods.find(({ metadata }) => metadata?.name === name);
    const age = observed.ages?.get(name) ?? 0;
    const state = isReady(pod)
      ? readyState(cluster, name, observed, conflictOf, age > MESH_DEADLINE)
      : {
          ...unready,
          ...(pod === undefined ? missingState(observed, age) : unreadyState(pod, age, observed.health?.get(name))),
        };
    return {
      ...{ ordinal, name, pod, age, ...state },
      terminating: pod?.metadata?.deletionTimestamp !== undefined,
      answers: observed.servers.get(name)?.answered ?? false,
      outdated: isOutdated(pod, ordinal, live),
      lacksVolume: pod !== undefined && lacksVolume(pod, live),
      awaitsRestart: stopRecord(pod, observed)?.awaitsRestart ?? false,
    };
  });
}

/** Whether a member is ready, responds and has all routes. */
export const isHealthy = ({ ready, answers, unrouted }: Member): boolean => ready && answers && unrouted.length === 0;

/** Whether a server is up with its template; routes that others lack do not count. */
export const isUp = ({ ready, failure }: Member): boolean => ready && failure === undefined;

type State = Pick<Member, 'ready' | 'unrouted' | 'longReady'> & UnreadyState;

function readyState(
  cluster: string,
  name: string,
  observed: Observed,
  conflictOf: ConflictFinder,
  longReady: boolean,
): State {
  const peers = findPeers(cluster, name, observed, conflictOf);
  const unrouted = findUnrouted(name, peers, observed);
  const statusMessage = describeMesh(name, unrouted, observed);
  const answers = observed.servers.get(name)?.answered ?? false;
  const isolated = unrouted.length > 0 && unrouted.length === peers.length;
  const failure = longReady && answers && isolated ? statusMessage : undefined;
  return { ...{ ready: true, unrouted, longReady, statusMessage, failure }, ...noProblem };
}

const noProblem = { problem: undefined, mayPass: false, stuck: false, refused: false };

const unready = { ready: false, unrouted: [], longReady: false };

type UnreadyState = Pick<Member, 'statusMessage' | 'problem' | 'failure' | 'mayPass' | 'stuck' | 'refused'>;

function unreadyState(pod: V1Pod, age: number, health: string | undefined): UnreadyState {
  const failure = findFailure(pod, age);
  const stuck = failure !== undefined || isUnschedulable(pod);
  const problem = findProblem(pod);
  return {
    statusMessage: describePodProblem(pod, health),
    problem,
    failure,
    mayPass: mayPass(pod),
    stuck,
    refused: false,
  };
}

const missingState = (observed: Observed, age: number): UnreadyState => ({
  statusMessage: describeAbsence(observed),
  problem: observed.podRejection === undefined ? undefined : 'PodRejected',
  failure: findMissingFailure(age, observed),
  mayPass: true,
  stuck: isMissingForLong(age),
  refused: isTemplateRejected(observed),
});

const lacksVolume = ({ spec }: V1Pod, live: ChildStatefulSet | undefined): boolean =>
  findClaimTemplate(live) !== undefined &&
  !(spec?.volumes ?? []).some(({ name, persistentVolumeClaim }) => name === JETSTREAM_VOLUME && persistentVolumeClaim);

/** Whether the pod of a server, or the one that would be made for it, is not of the newest template. */
export function isOutdated(pod: V1Pod | undefined, ordinal: number, live: ChildStatefulSet | undefined): boolean {
  const { updateRevision } = live?.status ?? {};
  if (updateRevision === undefined) return false;
  return (pod === undefined ? nextRevision(live, ordinal) : revisionOf(pod)) !== updateRevision;
}
