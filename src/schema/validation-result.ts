import type { Problem } from './problem';

export interface ValidationResult<P extends Problem = Problem> {
  /** Errors, which reject the object. */
  readonly problems: P[];
  /** Warnings about valid but probably unintended values; one line each. */
  readonly warnings: string[];
}
