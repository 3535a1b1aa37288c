import { createHash } from 'node:crypto';
import type { ReconcileFailure } from '../status/reconcile-failure';
import { ApiError, NoAnswerError } from '../../runtime/api-error';
import { TooLargeError } from '../../runtime/byte-budget';
import { NotOwnerError } from '../../runtime/namespace-ownership';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import { DeadlineExceededError, StarvedError } from '../../runtime/time-limit';
import { StatusRejectedError } from '../../runtime/write-status';

/** A failed reconcile whose reason the status tells already. */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';

  constructor(cause: unknown) {
    super(safeErrorMessage(cause), { cause });
  }
}

/** What a reconcile needs is not known yet, such as the list of Secrets after a start. */
export class NotSyncedError extends Error {
  override readonly name = 'NotSyncedError';
}

/** The Secrets that a spec names are more than the operator may hold. */
export class SecretsTooLargeError extends Error {
  override readonly name = 'SecretsTooLargeError';

  constructor(maxBytes: number) {
    super(`the Secrets that the spec names have more than ${maxBytes} bytes in sum; make them smaller`);
  }
}

/** The stack of an unexpected error, for the log alone, and the id under which the condition names it. */
export interface Bug {
  readonly id: string;
  readonly stack: string;
}

/** What is foreseen: everything else that a reconcile throws is a fault of the operator's own. */
const EXPECTED = [
  ApiError,
  NoAnswerError,
  NotOwnerError,
  ReportedError,
  NotSyncedError,
  StatusRejectedError,
  SecretsTooLargeError,
  TooLargeError,
  DeadlineExceededError,
  StarvedError,
] as const;

/**
 * The bug that an error shows; undefined where it is an expected one. The id is the same for the same fault, so that retries do not write a new status
 * each time. Only the frames are in the stack: the message of an error may quote a Secret.
 */
export function findBug(error: unknown): Bug | undefined {
  if (EXPECTED.some(type => error instanceof type)) return undefined;
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)) : [];
  const stack = [name, ...frames].join('\n');
  return { id: createHash('sha256').update(stack).digest('hex').slice(0, 8), stack };
}

/** What the condition says of an error that keeps a cluster from being reconciled. */
export function describeFailure(error: unknown): ReconcileFailure {
  const bug = findBug(error);
  if (bug !== undefined) {
    const name = error instanceof Error ? error.name : 'error';
    const message = `The operator failed on this cluster with an internal error (${name}, id ${bug.id}) and retries; what runs stays as it is. Its log has the details under that id: please report them`;
    return { status: 'Unknown', reason: 'InternalError', message };
  }
  return { status: 'Unknown', reason: 'ReconcileError', message: describeExpected(error) };
}

function describeExpected(error: unknown): string {
  const text = safeErrorMessage(error);
  // The API server's own words: failed calling webhook "name": …
  const webhook = /failed calling webhook "([^"]{1,253})"/.exec(text)?.[1];
  const cause =
    webhook === undefined
      ? text
      : `the admission webhook ${webhook} of another component does not answer, and the API server rejects writes without it; restore it, or delete its webhook configuration: ${text}`;
  return `The cluster can not be reconciled and is retried: ${cause}`;
}
