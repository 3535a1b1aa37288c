import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import { REVISION_LABEL } from '../model/labels';
import { ordinals, podName } from '../model/names';
import type { Observed } from '../model/observed';
import { describeMesh, findPeers, findUnrouted } from './mesh';
import { conflictFinder, type ConflictFinder } from './partition';
import { describeAbsence, findMissingFailure, isMissingForLong } from './missing-pod';
import { describeTrouble, findFailure, isUnschedulable } from './pod-failure';
import { isReady } from './pod-readiness';

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
  readonly trouble: string | undefined;
  /** Why it can't come up by waiting, in the words of the kubelet or the server. */
  readonly failure: string | undefined;
  /** It is down, and hardly comes up by itself. */
  readonly stuck: boolean;
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
export const isServing = ({ ready, answers, unrouted }: Member): boolean => ready && answers && unrouted.length === 0;

type State = Pick<Member, 'ready' | 'unrouted' | 'longReady' | 'trouble' | 'failure' | 'stuck'>;

function readyState(
  cluster: string,
  name: string,
  observed: Observed,
  conflictOf: ConflictFinder,
  longReady: boolean,
): State {
  const peers = findPeers(cluster, name, observed, conflictOf);
  const unrouted = findUnrouted(name, peers, observed);
  const trouble = describeMesh(name, unrouted, observed);
  const answers = observed.servers.get(name)?.answered ?? false;
  const isolated = unrouted.length > 0 && unrouted.length === peers.length;
  const failure = longReady && answers && isolated ? trouble : undefined;
  return { ready: true, unrouted, longReady, trouble, failure, stuck: false };
}

const unready = { ready: false, unrouted: [], longReady: false };

type UnreadyState = Pick<Member, 'trouble' | 'failure' | 'stuck'>;

function unreadyState(pod: V1Pod, age: number, health: string | undefined): UnreadyState {
  const failure = findFailure(pod, age);
  return { trouble: describeTrouble(pod, health), failure, stuck: failure !== undefined || isUnschedulable(pod) };
}

const missingState = (observed: Observed, age: number): UnreadyState => ({
  trouble: describeAbsence(observed),
  failure: findMissingFailure(age, observed),
  stuck: isMissingForLong(age),
});

/** A pod below the partition that is not there would be made from the current revision, whatever is wanted. */
function isOutdated(pod: V1Pod | undefined, ordinal: number, live: ChildStatefulSet | undefined): boolean {
  const { currentRevision, updateRevision } = live?.status ?? {};
  if (updateRevision === undefined) return false;
  if (pod !== undefined) return pod.metadata?.labels?.[REVISION_LABEL] !== updateRevision;
  const partition = live?.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  return currentRevision !== updateRevision && ordinal <= partition;
}
