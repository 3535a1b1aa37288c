import type { Problem } from './problem';

/** The outcome of a validation. */
export interface ValidationResult<P extends Problem = Problem> {
  /** What keeps the object from being carried out; none where it can be. */
  readonly problems: P[];
  /** What can be carried out, but is likely not what its author wants or will want; one line each. */
  readonly warnings: string[];
}
