import { ExpectedError } from './expected-error';
/** An error response of the API server. */
export class ApiError extends ExpectedError {
  override readonly name = 'ApiError';

  constructor(
    /** The HTTP status code. */
    readonly status: number,
    message: string,
    /** The machine-readable reason, such as AlreadyExists. */
    readonly reason: string,
    /** Retry-After in seconds. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

/** Whether the object was changed concurrently, or already exists. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** The API server could not be reached, or did not answer in time. */
export class NoAnswerError extends ExpectedError {
  override readonly name = 'NoAnswerError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Why the API server rejects an object. */
export interface Rejection {
  /** The message of the API server. */
  readonly why: string;
  /** Whether the object itself, and so the spec, is invalid, as opposed to a lack of permissions or quota. */
  readonly isInvalid: boolean;
}

/** The classification of a request error. */
export type ErrorKind =
  /** The object does not exist: nothing is left to do. */
  | { readonly kind: 'notFound' }
  /** The object was changed since it was read. */
  | { readonly kind: 'conflict' }
  /** The server is busy or fails: retry, after the given delay in milliseconds if it asks for one. */
  | { readonly kind: 'retryable'; readonly after: number | undefined }
  /** The API server rejects the object: user action is required. */
  | ({ readonly kind: 'rejected' } & Rejection);

/** Unprocessable Entity: the object is invalid. */
const INVALID = 422;

/** Server-side apply returns 500 for a field that this version of Kubernetes does not support; retries are useless. */
const UNKNOWN_FIELD = 'failed to create typed patch object';

/** Errors for etcd's request size limit, which the API server returns as a 500. */
const TOO_LARGE = /request is too large|trying to send message larger than max/;

/**
 * Classifies an error: 404, 409, 410, 429, 5xx and connection errors are transient; 400, 403, 413 and 422 require user
 * action.
 */
export function classifyError(error: unknown): ErrorKind {
  if (!(error instanceof ApiError)) return { kind: 'retryable', after: undefined };
  switch (error.status) {
    case 404:
      return { kind: 'notFound' };
    case 409:
      return { kind: 'conflict' };
    case 400:
    case 403:
    case 413:
    case 422:
      return { kind: 'rejected', why: error.message, isInvalid: error.status === INVALID };
    default:
      if (error.status === 500 && (error.message.includes(UNKNOWN_FIELD) || TOO_LARGE.test(error.message)))
        return { kind: 'rejected', why: error.message, isInvalid: error.message.includes(UNKNOWN_FIELD) };
      return { kind: 'retryable', after: error.retryAfter === undefined ? undefined : error.retryAfter * 1000 };
  }
}
