import { ApiError } from './api-error';

/** The message alone: an error's other fields may hold the request, and with it a Secret. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return `${error.status} ${error.reason}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
