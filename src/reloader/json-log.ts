import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

/** Writes one line of JSON to the standard output; never what a file holds. */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
