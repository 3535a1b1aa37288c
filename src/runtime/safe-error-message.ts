import { redactPatterns } from '../text/redaction';
import { ApiError } from './api-error';

/** The message alone, for an error's other fields may hold the request, and with it a Secret; and of the message what is no secret by its form. */
export function safeErrorMessage(error: unknown): string {
  if (error instanceof ApiError) return redactPatterns(`${error.status} ${error.reason}: ${error.message}`);
  return redactPatterns(error instanceof Error ? error.message : String(error));
}
