import { redactPatterns } from '../text/redaction';
import { ApiError } from './api-error';

/** Returns only the redacted message: other fields of an error may contain the request and so a Secret. */
export function safeErrorMessage(error: unknown): string {
  if (error instanceof ApiError) return redactPatterns(`${error.status} ${error.reason}: ${error.message}`);
  return redactPatterns(error instanceof Error ? error.message : String(error));
}
