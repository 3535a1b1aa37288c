import { setTimeout as pause } from 'node:timers/promises';

/** How a wait ends: by its deadline, in milliseconds, and with what was waited for, as a reader would say it. */
export interface Wait {
  readonly what: string;
  readonly deadline?: number;
  readonly interval?: number;
}

const DEFAULT_DEADLINE = 60_000;
const DEFAULT_INTERVAL = 200;

/**
 * Asks `condition` again and again until it answers something other than undefined, null or false, and returns that answer.
 * A condition that throws counts as not yet true; its last error is told when the deadline (milliseconds) has passed.
 */
export async function waitFor<T>(
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  { what, deadline = DEFAULT_DEADLINE, interval = DEFAULT_INTERVAL }: Wait,
): Promise<T> {
  const end = Date.now() + deadline;
  let last: unknown;
  do {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await pause(interval);
  } while (Date.now() < end);
  throw new Error(`waited ${deadline / 1000} s for ${what}${told(last)}`);
}

function told(last: unknown): string {
  if (last instanceof Error) return `; last: ${last.message}`;
  return last === undefined || last === null || last === false ? '' : `; last: ${JSON.stringify(last)}`;
}
