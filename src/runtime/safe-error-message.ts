import { withoutForms } from '../text/redaction';
import { ApiError } from './api-error';

/** The message alone, for an error's other fields may hold the request, and with it a Secret; and of the message what is no secret by its form. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return withoutForms(`${error.status} ${error.reason}: ${error.message}`);
  return withoutForms(error instanceof Error ? error.message : String(error));
}
