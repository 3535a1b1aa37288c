import { writeSync } from 'node:fs';
import { attempt } from './content';

const STANDARD_OUTPUT = 1;

/**
 * Writes one line of JSON to the standard output; never what a file holds. Its time is in milliseconds: to write one as a date costs a
 * resident megabyte, for the library of time zones.
 */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void {
  const line = `${JSON.stringify({ time: Date.now(), level, message, ...fields })}\n`;
  // Nobody may read it any more, or not fast enough: no reason to leave the server without its reloads.
  attempt(() => writeSync(STANDARD_OUTPUT, line));
}
