import type { Condition } from '../../generated/nats-cluster';
import type { ChildStatefulSet } from '../model/child';
import { findCondition } from '../model/find-condition';
import type { Observed } from '../model/observed';

/** How long the StatefulSet controller may take to make a pod, in milliseconds. */
const SHORT_ABSENCE = 30_000;

/** How long a pod may be missing, and nobody says why, before its template counts as failed, in milliseconds. */
const LONG_ABSENCE = 300_000;

const NOT_YET = 'does not exist yet';
const REFUSED = "can't be made";

/** What is known of a pod that is not there, in a few words. */
export const describeAbsence = ({ podRefusal }: Observed): string =>
  podRefusal === undefined ? NOT_YET : `${REFUSED}: ${podRefusal}`;

/**
 * Whether the cluster is known not to be ready for some time: a pod that is not there then can hardly be made. Else it may just
 * have been evicted, and is back in a moment.
 */
export const isMissingForLong = (observed: Observed, now: Date): boolean => unreadyFor(observed, now) > SHORT_ABSENCE;

/**
 * Why a pod that is not there counts as failed: it was missing before, and the cluster has not been ready for longer than its
 * predecessor may have taken to shut down. Nothing has a time for what is not there, and why it can't be made may be an old story.
 */
export function findMissingFailure(
  name: string,
  live: ChildStatefulSet | undefined,
  observed: Observed,
  now: Date,
): string | undefined {
  const grace = (live?.spec?.template.spec?.terminationGracePeriodSeconds ?? 0) * 1000;
  const message = readyCondition(observed)?.message ?? '';
  const isKnown = [NOT_YET, REFUSED].some(words => message.includes(`${name} ${words}`));
  const absence = observed.podRefusal === undefined ? LONG_ABSENCE : SHORT_ABSENCE;
  if (!isKnown || unreadyFor(observed, now) < grace + absence) return undefined;
  return describeAbsence(observed);
}

/** For how many milliseconds the status has said that the cluster is not ready. */
function unreadyFor(observed: Observed, now: Date): number {
  const ready = readyCondition(observed);
  if (ready?.status !== 'False' || ready.lastTransitionTime === undefined) return 0;
  return now.getTime() - new Date(ready.lastTransitionTime).getTime();
}

const readyCondition = ({ cluster }: Observed): Condition | undefined => findCondition(cluster.status, 'Ready');
