import { LEASE_SECONDS, type LeaseClaim, type LeaseRecord } from './lease';
import type { LeaseObserver } from './lease-observer';

/** Milliseconds without a renewal after which a Lease is anybody's. */
export const LIFE = LEASE_SECONDS * 1000;

/**
 * Milliseconds for which an operator of all namespaces leaves one alone after the last sign of an operator of its own: another replica of that one may be
 * about to take over.
 */
const RESPECT = 2 * LIFE;

/** The same after it has given up its Lease: another replica that is there takes it in a second. */
const RESPECT_RELEASED = 10_000;

/** Milliseconds until every operator of all namespaces has seen a new Lease, and has left its namespace alone. */
export const SETTLING = 5_000;

/** Why a Lease can't be had now. */
export interface Blocker {
  readonly lease: LeaseRecord;
  /** Milliseconds until it may be had, if it is not renewed. */
  readonly remaining: number;
}

/** Who keeps this claim from its Lease, or from leading beside others that look after all namespaces; undefined where nobody does. */
export function blockerOf(
  claim: LeaseClaim,
  own: LeaseRecord | undefined,
  all: readonly LeaseRecord[],
  observer: LeaseObserver,
): Blocker | undefined {
  const rivals = claim.scope === 'cluster' ? all.filter(({ scope }) => scope === 'cluster') : [];
  const others = [
    ...(own === undefined ? [] : [own]),
    ...rivals.filter(({ namespace }) => namespace !== own?.namespace),
  ];
  return others
    .filter(({ holder, home }) => holder !== undefined && !(holder === claim.holder && home === claim.home))
    .map(lease => ({ lease, remaining: LIFE - observer.unchangedFor(lease) }))
    .find(({ remaining }) => remaining > 0);
}

/** A Lease that an operator could lead by. */
export interface Candidate {
  readonly place: string;
  readonly own: LeaseRecord | undefined;
  /** Who keeps it from this Lease. */
  readonly blocker: Blocker | undefined;
}

/**
 * Of an operator's namespaces, each with a Lease of its own, the first that can be had. While another of its replicas leads there is none: what
 * becomes free is for that one.
 *
 * @param isReplica whether a Lease is held by another replica of the same operator
 * @returns the Lease to take, or who is in the way
 */
export function chooseLease(
  candidates: readonly Candidate[],
  isReplica: (lease: LeaseRecord) => boolean,
): Candidate | Blocker | undefined {
  const blockers = candidates.flatMap(({ blocker }) => blocker ?? []);
  const leader = blockers.find(({ lease }) => isReplica(lease));
  return leader ?? candidates.find(({ blocker }) => blocker === undefined) ?? blockers[0];
}

/** The namespaces that operators of their own look after, and who they are. */
export function namespacesOfOthers(all: readonly LeaseRecord[], observer: LeaseObserver): ReadonlyMap<string, string> {
  const live = all.filter(lease => lease.scope === 'namespace' && observer.unchangedFor(lease) < respectOf(lease));
  return new Map(live.map(lease => [lease.namespace, nameOf(lease)]));
}

/**
 * Whether whoever takes the Lease goes on where its last holder stopped, so that no operator of all namespaces can have stepped in between. Clocks may
 * be a few seconds apart.
 */
export function isContinued(former: LeaseRecord | undefined, now: number): boolean {
  if (former === undefined) return false;
  const limit = former.holder === undefined ? RESPECT_RELEASED - SETTLING : RESPECT - 2 * SETTLING;
  return Math.abs(now - former.renewedAt) < limit;
}

/** As people are told of an operator. */
export function nameOf({ holder, home, namespace, scope }: LeaseRecord): string {
  const what = scope === 'cluster' ? 'the operator of all namespaces' : 'the operator';
  return `${what} in ${home ?? namespace}${holder === undefined ? '' : ` (pod ${holder})`}`;
}

const respectOf = ({ holder }: LeaseRecord): number => (holder === undefined ? RESPECT_RELEASED : RESPECT);
