import { withoutForms } from '../model/redaction';
import { ApiError } from './api-error';

/** Characters: others write these messages, and to look for secrets in one takes longer the longer it is. */
const LONGEST = 4_096;

/** The message alone, for an error's other fields may hold the request, and with it a Secret; and of the message what is no secret by its form. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return clean(`${error.status} ${error.reason}: ${error.message}`);
  return clean(error instanceof Error ? error.message : String(error));
}

const clean = (text: string): string => withoutForms(text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`);
