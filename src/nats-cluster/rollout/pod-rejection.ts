/** Why the API server did not let the StatefulSet controller create a pod. */
export interface PodRejection {
  /** The message of the API server. */
  readonly message: string;
  /** What it is about: decisions go by that, and never by the words. */
  readonly cause: PodRejectionCause;
}

/** The pod's template, so that another one may be let in; anything else, such as a quota, would let another pod in no more than this one. */
export type PodRejectionCause = 'template' | 'other';

/** What the API server says against pods for what their own template holds. Only the text says so: the Event has no field for it. */
const AGAINST_TEMPLATE =
  /violates PodSecurity|no PriorityClass with name|denied (the )?request|is invalid: |(maximum|minimum) \S+ usage per/;

/**
 * Reads the Event of a pod that could not be created.
 *
 * @param message as the StatefulSet controller writes it: `create Pod c-1 in StatefulSet c failed error: …`
 */
export function parsePodRejection(message: string): PodRejection {
  const words = message.replace(/^create Pod \S+ in StatefulSet \S+ failed error: /, '');
  return { message: words, cause: AGAINST_TEMPLATE.test(words) ? 'template' : 'other' };
}
