import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { ordinals, podName } from '../spec/names';
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

/** One server of a cluster, as it stands. */
export interface Member {
  /** From 1, as in the pod's name; the StatefulSet's own index is one less. */
  readonly ordinal: number;
  readonly name: string;
  readonly pod: V1Pod | undefined;
  /** Kubernetes counts it as ready, and nobody is deleting it. */
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Its monitoring port answers. */
  readonly answers: boolean;
  /** The ready servers that it is to have routes with and has none, or that can't be asked for them. */
  readonly unrouted: readonly string[];
  /** For how many milliseconds this operator has seen it as ready, unready or missing as it is. */
  readonly age: number;
  /** It has been ready for so long that the routes it lacks will not come by waiting. */
  readonly longReady: boolean;
  /** It runs another revision than the StatefulSet wants, or would if it were made now. */
  readonly outdated: boolean;
  /** Why it is not ready and meshed, in a few words. */
  readonly statusMessage: string | undefined;
  /** What is wrong with it, where it is not ready and not only starting. */
  readonly problem: ServerProblem | undefined;
  /** Why it can't come up by waiting, in the words of the kubelet or the server. */
  readonly failure: string | undefined;
  /** The failure may pass without another template, as when a registry is back. */
  readonly mayPass: boolean;
  /** It is down, and hardly comes up by itself. */
  readonly stuck: boolean;
  /** It is missing, and pods of its template are not let in for what that holds. */
  readonly refused: boolean;
}

/** How long servers may take to find each other, in milliseconds. */
const MESH_DEADLINE = 120_000;

/**
 * The members of ordinals 1 to `count`, in that order.
 *
 * @param live the StatefulSet, which says what revision is wanted; undefined where there is none
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
    };
  });
}

/** Whether a member may be counted on. */
export const isHealthy = ({ ready, answers, unrouted }: Member): boolean => ready && answers && unrouted.length === 0;

/** Whether a server is up with its template, as far as that is in its own hands: what the others lack of it does not count. */
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

function isOutdated(pod: V1Pod | undefined, ordinal: number, live: ChildStatefulSet | undefined): boolean {
  const { updateRevision } = live?.status ?? {};
  if (updateRevision === undefined) return false;
  return (pod === undefined ? nextRevision(live, ordinal) : revisionOf(pod)) !== updateRevision;
}
