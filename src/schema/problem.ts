import { truncate } from '../text/truncate';

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

/** How many problems are told at once, and bytes of each: more than anybody reads, and far below what an object may hold. */
const MAX_PROBLEMS = 5;
const PROBLEM_BYTES = 300;

/** Problems as one line for a condition or an Event: the first few, cut short, and how many there are beside them. */
export function summarizeProblems(problems: readonly Problem[]): string {
  const first = problems.slice(0, MAX_PROBLEMS).map(problem => truncate(describeProblem(problem), PROBLEM_BYTES));
  const others = problems.length - first.length;
  return others === 0 ? first.join('; ') : `${first.join('; ')}; and ${others} more`;
}
