import { writeSync } from 'node:fs';
import { attempt } from './content';

const STANDARD_OUTPUT = 1;

/**
 * Writes a line of JSON to standard output, never the content of a file. Time is in milliseconds: formatting a date
 * loads time zone data, which takes a megabyte of resident memory.
 */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void {
  const line = `${JSON.stringify({ time: Date.now(), level, message, ...fields })}\n`;
  // A closed or full pipe must not prevent reloads.
  attempt(() => writeSync(STANDARD_OUTPUT, line));
}
