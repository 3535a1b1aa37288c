import { createContext, Script } from 'node:vm';

/** A computation took longer than one object may take. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';

  /** @param milliseconds that it was given */
  constructor(readonly milliseconds: number) {
    super(`deciding what to do takes longer than ${milliseconds / 1000} s`);
  }
}

/** A computation ran out of time on a machine that gave it hardly any. */
export class StarvedError extends Error {
  override readonly name = 'StarvedError';

  constructor(readonly milliseconds: number) {
    super(`the operator was given too little processor time to decide what to do within ${milliseconds / 1000} s`);
  }
}

const MICROSECONDS = 1_000;

/** However little of the time is ours, the limit is no more than so many times as long. */
const LEAST_SHARE = 1 / 4;

/**
 * Runs synchronous code that can be given up: node's `vm` ends even a regular expression that backtracks. It takes a tenth of a millisecond. What is given up must leave
 * nothing half-done, as pure functions do. docs/adr/0030-abortable-decisions.md.
 */
export class TimeLimit {
  readonly #global: { work: (() => void) | undefined } = { work: undefined };
  readonly #context = createContext(this.#global);
  readonly #script = new Script('work()');
  /** How much of the time that passes is ours, as it was the last time. */
  #share = 1;

  /**
   * @param milliseconds of processor time that it may take; where others have most of it, some more may pass
   * @throws DeadlineExceededError; StarvedError where other processes had the time; whatever `work` throws
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
      const isStarved = used < milliseconds / 2;
      this.#share = Math.min(Math.max(used / timeout, LEAST_SHARE), 1);
      throw isStarved ? new StarvedError(milliseconds) : new DeadlineExceededError(milliseconds);
    } finally {
      this.#global.work = undefined;
    }
    const [result] = done;
    if (result === undefined) throw new Error('the work was not done');
    return result.value;
  }
}

/** It comes from the other context, whose Error is not ours. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
