import { ExpectedError } from './expected-error';
import { createContext, Script } from 'node:vm';

/** A computation exceeded its time limit. */
export class DeadlineExceededError extends ExpectedError {
  override readonly name = 'DeadlineExceededError';

  /** @param milliseconds the limit */
  constructor(readonly milliseconds: number) {
    super(`computing the plan takes longer than ${milliseconds / 1000} s`);
  }
}

/** A computation timed out because the process got too little CPU time. */
export class StarvedError extends ExpectedError {
  override readonly name = 'StarvedError';

  constructor(readonly milliseconds: number) {
    super(`the operator got too little CPU time to compute the plan within ${milliseconds / 1000} s`);
  }
}

const MICROSECONDS = 1_000;

/**
 * The part of the limit from which a computation counts as too long: the timer ends it by wall-clock time, a moment before it
 * has used all of its CPU time.
 */
const USED_UP = 0.9;

/** Lower bound of the assumed CPU share, which bounds how far the limit is extended. */
const MIN_SHARE = 1 / 4;

/**
 * Runs synchronous code with a time limit: Node's `vm` interrupts even a backtracking regular expression, with an
 * overhead of 0.1 ms. The code must be pure, because it may be interrupted anywhere.
 * docs/adr/0016-abortable-decisions.md.
 */
export class TimeLimit {
  readonly #global: { work: (() => void) | undefined } = { work: undefined };
  readonly #context = createContext(this.#global);
  readonly #script = new Script('work()');
  /** The share of CPU time that the process got in the last run. */
  #share = 1;

  /**
   * @param milliseconds limit of CPU time; more wall-clock time may pass on a busy machine
   * @throws DeadlineExceededError; StarvedError if other processes used the CPU; errors of `work`
   */
  run<T>(milliseconds: number, work: () => T): T {
    const done: { readonly value: T }[] = [];
    const before = process.cpuUsage();
    const timeout = Math.ceil(milliseconds / this.#share);
    this.#global.work = () => done.push({ value: work() });
    try {
      this.#script.runInContext(this.#context, { timeout });
    } catch (error) {
      if (!isTimeout(error)) throw error;
      const { user, system } = process.cpuUsage(before);
      const used = (user + system) / MICROSECONDS;
      const isStarved = used < milliseconds * USED_UP;
      this.#share = Math.min(Math.max(used / timeout, MIN_SHARE), 1);
      throw isStarved ? new StarvedError(milliseconds) : new DeadlineExceededError(milliseconds);
    } finally {
      this.#global.work = undefined;
    }
    const [result] = done;
    if (result === undefined) throw new Error('work did not complete');
    return result.value;
  }
}

/** The error is created in the other context, so `instanceof Error` is false. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
