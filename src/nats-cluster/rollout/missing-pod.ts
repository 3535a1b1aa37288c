import type { Observed } from '../observed';
import { quote } from '../../text/quote';

/** How long the StatefulSet controller may take to make a pod, in milliseconds. */
const SHORT_ABSENCE = 30_000;

/** How long a pod may be missing without a reported reason before its template counts as failed, in milliseconds. */
const LONG_ABSENCE = 300_000;

/** What is known of a pod that is not there, in a few words. Every account with the right to write Events can forge that of the StatefulSet controller. */
export function describeAbsence({ podRejection }: Observed): string {
  const words = quote(podRejection?.message);
  return words === undefined ? 'does not exist yet' : `can't be created: an Event of this namespace says: ${words}`;
}

/** Whether a pod has been missing for so long, in milliseconds, that it can hardly be made. Before, it may just have been evicted, and is back in a moment. */
export const isMissingForLong = (age: number): boolean => age > SHORT_ABSENCE;

/**
 * Why a pod that is not there counts as failed.
 *
 * @param age for how many milliseconds it has been missing: its predecessor was there until it had shut down
 */
export function findMissingFailure(age: number, observed: Observed): string | undefined {
  const deadline = observed.podRejection === undefined ? LONG_ABSENCE : SHORT_ABSENCE;
  return age < deadline ? undefined : describeAbsence(observed);
}

/** Whether it is the template that missing pods are not let in for, as far as that is known. */
export const isTemplateRejected = ({ podRejection }: Observed): boolean => podRejection?.cause === 'template';
