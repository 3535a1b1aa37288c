import type { ReconcileFailure } from '../status/reconcile-failure';
import { ExpectedError, findBug } from '../../runtime/expected-error';
import { safeErrorMessage } from '../../runtime/safe-error-message';

/** A failed reconcile whose reason the status tells already. */
export class ReportedError extends ExpectedError {
  override readonly name = 'ReportedError';

  constructor(cause: unknown) {
    super(safeErrorMessage(cause), { cause });
  }
}

/** The Secrets that a spec names are more than the operator may hold. */
export class SecretsTooLargeError extends ExpectedError {
  override readonly name = 'SecretsTooLargeError';

  constructor(maxBytes: number) {
    super(`the Secrets that the spec names have more than ${maxBytes} bytes in sum; make them smaller`);
  }
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
