/**
 * Something a user wrote that can't be carried out. Problems are values: they are collected, shown at admission and in the
 * condition SpecValid, and never thrown.
 */
export interface Problem {
  /** Where it is, as a user would write it: `spec.natsConfig.maxPayload`, `spec.extraRoutes[1].route`. */
  readonly path: string;
  /** What is wrong, without the path: `must be at least 30, got 5`. */
  readonly message: string;
  /** What would be right, as advice; ends without a full stop. */
  readonly hint?: string;
}

/** One problem as one line: `spec.size: must be at least 1 (a cluster has one server or more)`. */
export function describeProblem({ path, message, hint }: Problem): string {
  return hint === undefined ? `${path}: ${message}` : `${path}: ${message} (${hint})`;
}
