import { setTimeout as pause } from 'node:timers/promises';

const intervalMs = 50;

/** Asks until the answer is true, at most for that long; says whether it became true. */
export async function until(condition: () => boolean | Promise<boolean>, deadlineMs: number): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) return false;
    await pause(intervalMs);
  }
  return true;
}
