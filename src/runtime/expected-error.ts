import { createHash } from 'node:crypto';

/** The base of errors that have other causes than a bug of the operator. Their messages may be shown. */
export class ExpectedError extends Error {}

/** What a reconcile needs is not known yet, such as the list of Secrets after a start. */
export class NotSyncedError extends ExpectedError {
  override readonly name = 'NotSyncedError';
}

/** The stack of an unexpected error, for the log alone, and the id under which the condition names it. */
export interface Bug {
  readonly id: string;
  readonly stack: string;
}

/**
 * The bug that an error shows; undefined where it is an expected one. The id is the same for the same fault, so that retries do not write a new status
 * each time. Only the frames are in the stack: the message of an error may quote a Secret.
 */
export function findBug(error: unknown): Bug | undefined {
  if (error instanceof ExpectedError) return undefined;
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)) : [];
  const stack = [name, ...frames].join('\n');
  return { id: createHash('sha256').update(stack).digest('hex').slice(0, 8), stack };
}
