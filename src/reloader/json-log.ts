import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

/**
 * Writes one line of JSON to the standard output; never what a file holds. Its time is in milliseconds: to write one as a date costs a
 * resident megabyte, for the library of time zones.
 */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify({ time: Date.now(), level, message, ...fields })}\n`);
}
