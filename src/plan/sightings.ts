import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import { MAX_SIZE } from '../model/cluster-model';
import { ordinals, podName } from '../model/names';
import type { Ages } from '../model/observed';
import { isReady, readyCondition } from './pod-readiness';

/** The states that an operator sees a cluster's parts in, and since when. It keeps them from one look to the next, and loses them when it ends. */
export type Sightings = ReadonlyMap<string, Sighting>;

interface Sighting {
  /** Compared with others of the same part, and never read. */
  readonly state: string;
  /** In milliseconds of the operator's own monotonic clock. */
  readonly since: number;
}

/**
 * What is seen now, each state with the time that it was first seen at.
 *
 * @param before what was seen at the last look
 * @param pods the cluster's own
 * @param at milliseconds of the operator's own monotonic clock
 */
export function updateSightings(
  before: Sightings,
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
  at: number,
): Sightings {
  return new Map(
    [...statesOf(live, pods)].map(([part, state]) => {
      const known = before.get(part);
      return [part, known?.state === state ? known : { state, since: at }];
    }),
  );
}

/** For how long each part has been seen as it is. */
export const agesOf = (sightings: Sightings, at: number): Ages =>
  new Map([...sightings].map(([part, { since }]) => [part, at - since]));

function statesOf(live: ChildStatefulSet | undefined, pods: readonly V1Pod[]): Map<string, string> {
  const wanted = ordinals(Math.min(live?.spec?.replicas ?? 0, MAX_SIZE)).map(ordinal =>
    podName(live?.metadata.name ?? '', ordinal),
  );
  return new Map([
    ...wanted.map((name): [string, string] => [name, 'missing']),
    ...pods.map((pod): [string, string] => [pod.metadata?.name ?? '', podState(pod)]),
  ]);
}

/** The time of its last transition makes one that was ready for a moment between two looks another: it is compared with none but itself. */
const podState = (pod: V1Pod): string =>
  [pod.metadata?.uid, isReady(pod), String(readyCondition(pod)?.lastTransitionTime)].join();
