import { ExpectedError } from './expected-error';
import { classifyError } from './api-error';
import type { KubeClient } from './kube-client';
import { safeErrorMessage } from './safe-error-message';

/** The API server does not store the status. */
export class StatusRejectedError extends ExpectedError {
  override readonly name = 'StatusRejectedError';

  constructor(cause: unknown) {
    super(`the status can not be written: ${safeErrorMessage(cause)}`, { cause });
  }
}

/** The object whose status is written. */
export interface StatusOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string | undefined };
}

/**
 * Writes the status of an object by server-side apply.
 *
 * @param path of the object
 * @returns the stored object; undefined if it was deleted
 * @throws StatusRejectedError if the API server rejects it; ApiError 409 if another object has its name; ApiError, NoAnswerError
 */
export async function writeStatus(
  kube: KubeClient,
  path: string,
  owner: StatusOwner,
  status: object,
): Promise<unknown> {
  try {
    return await kube.apply(`${path}/status`, { ...owner, status });
  } catch (error) {
    const { kind } = classifyError(error);
    if (kind === 'rejected') throw new StatusRejectedError(error);
    if (kind !== 'notFound') throw error;
    return undefined;
  }
}
