import type { Problem } from './problem';
import { fieldPath } from './schema';

/**
 * A pod template has at most 15 levels, a nats-server configuration 8. Much deeper values would overflow the stack of
 * recursive readers.
 */
export const MAX_DEPTH = 64;

/**
 * Returns a problem if a value is nested more than 64 levels deep. Works level by level, so that no depth overflows the
 * stack.
 */
export function nestingProblem(root: unknown): Problem | undefined {
  let level: readonly { path: string; value: unknown }[] = [{ path: '', value: root }];
  for (let depth = 0; level.length > 0; depth += 1) {
    const [first] = level;
    if (depth > MAX_DEPTH && first !== undefined) {
      const path = first.path.slice(0, MAX_PATH_LENGTH);
      return { path, message: `is nested more than ${MAX_DEPTH} levels deep`, hint: 'reduce the nesting' };
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

/** Maximum number of reported path characters, enough to find the field. */
const MAX_PATH_LENGTH = 200;
