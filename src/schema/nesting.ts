import type { Problem } from './problem';
import { fieldPath } from './schema';

/** A pod template is at most 15 levels deep, a configuration of nats-server 8. Deeper values would overflow the stack of what reads them. */
export const MAX_DEPTH = 64;

/** The first place at which a value is nested more than 64 levels deep. It looks level by level, so that no depth overflows the stack. */
export function nestingProblem(root: unknown): Problem | undefined {
  let level: readonly { path: string; value: unknown }[] = [{ path: '', value: root }];
  for (let depth = 0; level.length > 0; depth += 1) {
    const [first] = level;
    if (depth > MAX_DEPTH && first !== undefined) {
      const path = first.path.slice(0, LONGEST_PATH);
      return { path, message: `is nested more than ${MAX_DEPTH} levels deep`, hint: 'make it flatter' };
    }
    level = level.flatMap(({ path, value }) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([key, field]: [string, unknown]) => ({
            path: fieldPath(path, Array.isArray(value) ? Number(key) : key),
            value: field,
          }))
        : [],
    );
  }
  return undefined;
}

/** Enough to find the field by; the rest of a path so deep says nothing. */
const LONGEST_PATH = 200;
