import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { MAX_SIZE } from '../spec/resolve-cluster';
import {
  FAILED_ATTEMPTS_ANNOTATION,
  FAILED_POD_TEMPLATE_HASH_ANNOTATION,
  POD_TEMPLATE_HASH_ANNOTATION,
} from '../spec/labels';
import { ordinals, podName } from '../spec/names';
import { evacuationStates } from '../jetstream/evacuation-age';
import { jetStreamStates } from '../jetstream/quorum-gate';
import type { Ages, ServerReport } from '../observed';
import { isReady, readyCondition } from './pod-status';
import { nextRevision } from './revisions';

/** The observed states of a cluster's parts, and since when. They are kept from one reconcile to the next, in memory only. */
export type Observations = ReadonlyMap<string, Observation>;

/** The part that is a failed rollout, among those that are named after pods. */
export const ROLLOUT_FAILURE = 'rollout failure';

interface Observation {
  /** Compared with others of the same part, and never read. */
  readonly state: string;
  /** In milliseconds of the operator's own monotonic clock. */
  readonly since: number;
}

/**
 * What is observed now, each state with the time of its first observation.
 *
 * @param before the previous observations
 * @param pods the cluster's own
 * @param servers what they have just answered; a repeated answer is no new observation
 * @param at milliseconds of the operator's own monotonic clock
 */
export function updateObservations(
  before: Observations,
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
  servers: ReadonlyMap<string, ServerReport>,
  at: number,
): Observations {
  return new Map(
    [...statesOf(live, pods, servers)].map(([part, state]) => {
      const known = before.get(part);
      return [part, known?.state === state ? known : { state, since: at }];
    }),
  );
}

/** For how long each part has been observed in its state. */
export const agesOf = (observations: Observations, at: number): Ages =>
  new Map([...observations].map(([part, { since }]) => [part, at - since]));

function statesOf(
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
  servers: ReadonlyMap<string, ServerReport>,
): Map<string, string> {
  const members = ordinals(Math.min(live?.spec?.replicas ?? 0, MAX_SIZE)).map(ordinal => ({
    ordinal,
    name: podName(live?.metadata.name ?? '', ordinal),
  }));
  const names = members.map(({ name }) => name);
  const missing = members.map(({ ordinal, name }): [string, string] => [
    name,
    // What could not be created from one template may be created from another.
    `missing,${nextRevision(live, ordinal) ?? ''}`,
  ]);
  return new Map([
    ...missing,
    ...pods.map((pod): [string, string] => [pod.metadata?.name ?? '', podState(pod)]),
    ...rolloutFailure(live),
    ...jetStreamStates(servers, names),
    ...evacuationStates(servers, names),
  ]);
}

/** Each failure of a template, and each attempt with it after that, is another state. */
function rolloutFailure(live: ChildStatefulSet | undefined): [string, string][] {
  const { annotations = {} } = live?.metadata ?? {};
  const names = [FAILED_POD_TEMPLATE_HASH_ANNOTATION, FAILED_ATTEMPTS_ANNOTATION, POD_TEMPLATE_HASH_ANNOTATION];
  if (annotations[FAILED_POD_TEMPLATE_HASH_ANNOTATION] === undefined) return [];
  return [[ROLLOUT_FAILURE, names.map(name => annotations[name] ?? '').join()]];
}

/** The time of its last transition makes one that was ready for a moment between two observations another: it is compared only with itself. */
const podState = (pod: V1Pod): string =>
  [pod.metadata?.uid, isReady(pod), String(readyCondition(pod)?.lastTransitionTime)].join();
