import type { Refusal } from '../model/observed';

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

/** Milliseconds after which a write that met a newer object is made again, from a fresh look. */
const AT_ONCE = 50;

/** What an error of a request means for the work at hand. */
export type Verdict =
  /** The object that the work is for is gone: there is nothing more to do. */
  | { readonly kind: 'gone' }
  /** The world has moved, or the server is busy: try again, at once or after the given time in milliseconds. */
  | { readonly kind: 'again'; readonly after: number | undefined }
  /** The API server does not accept what the user wants: a person has to read why. */
  | ({ readonly kind: 'refused' } & Refusal);

/** Of an object that is not as its kind has to be. */
const INVALID = 422;

/** Judges an error: 404, 409, 410, 429, 5xx and a broken connection pass; 400, 403 and 422 are somebody's to mend. */
export function judge(error: unknown): Verdict {
  if (!(error instanceof ApiError)) return { kind: 'again', after: undefined };
  switch (error.status) {
    case 404:
      return { kind: 'gone' };
    case 409:
      return { kind: 'again', after: AT_ONCE };
    case 400:
    case 403:
    case 422:
      return { kind: 'refused', why: error.message, isInvalid: error.status === INVALID };
    default:
      return { kind: 'again', after: error.retryAfter === undefined ? undefined : error.retryAfter * 1000 };
  }
}
