/** How a reconciliation ended, and what follows: the one place where requeues are decided is `requeueAfterOf`. */
export type Outcome =
  /** The object is reconciled. `requeueAfter`: milliseconds until the next reconciliation without an event; undefined waits for one. */
  | { readonly kind: 'done'; readonly requeueAfter: number | undefined }
  /** Something else has to happen first, which is not an error: a cache to sync, the answer to a write. */
  | { readonly kind: 'waiting'; readonly requeueAfter: number }
  /** No retry helps before a person acts; it is tried now and then. */
  | { readonly kind: 'stalled'; readonly requeueAfter: number }
  /** An error, which is retried with backoff. */
  | { readonly kind: 'failed'; readonly error: unknown };

export const done = (requeueAfter?: number): Outcome => ({ kind: 'done', requeueAfter });

export const waiting = (requeueAfter: number): Outcome => ({ kind: 'waiting', requeueAfter });

export const stalled = (requeueAfter: number): Outcome => ({ kind: 'stalled', requeueAfter });

export const failed = (error: unknown): Outcome => ({ kind: 'failed', error });

/** The same outcome, with the next reconciliation no later than after so many milliseconds. A failure keeps its backoff. */
export function noLaterThan(outcome: Outcome, milliseconds: number | undefined): Outcome {
  if (outcome.kind === 'failed' || milliseconds === undefined) return outcome;
  return { ...outcome, requeueAfter: Math.min(outcome.requeueAfter ?? milliseconds, milliseconds) };
}

/**
 * Milliseconds until the next reconciliation; undefined waits for an event.
 *
 * @throws the error of a failed one, for the work queue to back off
 */
export function requeueAfterOf(outcome: Outcome): number | undefined {
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.requeueAfter;
}
