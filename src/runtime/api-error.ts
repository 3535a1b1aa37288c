/** A refusal by the API server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** The HTTP status code. */
    readonly status: number,
    message: string,
    /** The machine's word for it, such as AlreadyExists. */
    readonly reason: string,
    /** Seconds that the server asks to wait. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

/** Whether the object was changed meanwhile, or is there already. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** The API server could not be reached, or did not answer in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What the API server has against an object of ours. */
export interface Rejection {
  /** In its own words. */
  readonly why: string;
  /** It is the object itself, and so the spec: another right, or more quota, would not help. */
  readonly isInvalid: boolean;
}

/** What an error of a request means for the work at hand. */
export type ErrorKind =
  /** The object that the work is for is gone: there is nothing more to do. */
  | { readonly kind: 'gone' }
  /** The world has moved: another has written the object since it was read. */
  | { readonly kind: 'conflict' }
  /** The server is busy or fails: try again, after the given time in milliseconds where it names one. */
  | { readonly kind: 'again'; readonly after: number | undefined }
  /** The API server does not accept what the user wants: a person has to read why. */
  | ({ readonly kind: 'refused' } & Rejection);

/** Of an object that is not as its kind has to be. */
const INVALID = 422;

/** Server-side apply answers 500 where this version of Kubernetes does not know a field: no retry helps. */
const UNKNOWN_FIELD = 'failed to create typed patch object';

/** etcd's own limit; the API server passes it on as a 500. */
const TOO_LARGE = /request is too large|trying to send message larger than max/;

/** Judges an error: 404, 409, 410, 429, 5xx and a broken connection pass; 400, 403, 413 and 422 are for a person to fix. */
export function classifyError(error: unknown): ErrorKind {
  if (!(error instanceof ApiError)) return { kind: 'again', after: undefined };
  switch (error.status) {
    case 404:
      return { kind: 'gone' };
    case 409:
      return { kind: 'conflict' };
    case 400:
    case 403:
    case 413:
    case 422:
      return { kind: 'refused', why: error.message, isInvalid: error.status === INVALID };
    default:
      if (error.status === 500 && (error.message.includes(UNKNOWN_FIELD) || TOO_LARGE.test(error.message)))
        return { kind: 'refused', why: error.message, isInvalid: error.message.includes(UNKNOWN_FIELD) };
      return { kind: 'again', after: error.retryAfter === undefined ? undefined : error.retryAfter * 1000 };
  }
}
