import { truncate } from '../text/truncate';

/**
 * A user error in an object. Problems are values, never thrown: they are collected and shown at admission and in the
 * condition SpecValid.
 */
export interface Problem {
  /** Path of the invalid field: `spec.natsConfig.maxPayload`, `spec.extraRoutes[1].route`. */
  readonly path: string;
  /** What is invalid, without the path: `must be at least 30, got 5`. */
  readonly message: string;
  /** How to fix it; without a trailing full stop. */
  readonly hint?: string;
}

/** Formats a problem as one line: `spec.size: must be at least 1 (a cluster has one server or more)`. */
export function describeProblem({ path, message, hint }: Problem): string {
  return hint === undefined ? `${path}: ${message}` : `${path}: ${message} (${hint})`;
}

/** Maximum number of reported problems, and bytes of each: bounds the size of a status and of an Event. */
const MAX_PROBLEMS = 5;
const PROBLEM_BYTES = 300;

/** Formats the first problems as one line for a condition or an Event, followed by the number of the others. */
export function summarizeProblems(problems: readonly Problem[]): string {
  const first = problems.slice(0, MAX_PROBLEMS).map(problem => truncate(describeProblem(problem), PROBLEM_BYTES));
  const others = problems.length - first.length;
  return others === 0 ? first.join('; ') : `${first.join('; ')}; and ${others} more`;
}
