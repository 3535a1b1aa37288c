import type { Problem } from '../problem';
import { closest } from './closest';

/** A value that is none of those that there are; absent and empty ones are nothing to find. */
export function oneOf(value: string | undefined, allowed: readonly string[], path: string): Problem[] {
  if (!value || allowed.includes(value)) return [];
  const suggestion = closest(value, allowed);
  return [
    {
      path,
      message: `must be one of ${allowed.join(', ')}, got "${value}"`,
      ...(suggestion === undefined ? {} : { hint: `did you mean ${suggestion}?` }),
    },
  ];
}
