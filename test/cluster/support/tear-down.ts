import { setTimeout as pause } from 'node:timers/promises';

/** What is left to do when something ends. */
type Step = () => Promise<unknown>;

/** The most that one step may take, in milliseconds: a little more than the longest wait in any. */
const STEP_MS = 180_000;

/** What has to be removed whatever else fails. Each step is added as soon as there is something to remove. */
export class TearDown {
  readonly #steps: Step[] = [];
  #hasRun = false;

  constructor(private readonly stepMs = STEP_MS) {}

  /**
   * A step that comes too late, from a set-up that had timed out and went on all the same, is taken at once.
   *
   * @returns what takes the step before; it is taken once alone, by whoever comes first
   */
  add(step: Step): () => Promise<void> {
    let taken: Promise<void> | undefined;
    const take = async (): Promise<void> => (taken ??= step().then(() => undefined));
    if (this.#hasRun) void take().catch((error: unknown) => console.error(error));
    else this.#steps.push(take);
    return take;
  }

  /** Takes all steps that are left, the latest first, each whatever becomes of the others; fails with all their errors. */
  async run(): Promise<void> {
    this.#hasRun = true;
    const errors: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse())
      await this.#limited(step).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
  }

  async #limited(step: Step): Promise<void> {
    const decided = new AbortController();
    const limit = pause(this.stepMs, undefined, { signal: decided.signal }).then(() => {
      throw new Error(`a step of the tear-down has not ended after ${this.stepMs / 1000} s`);
    });
    await Promise.race([step(), limit]).finally(() => {
      decided.abort();
      limit.catch(() => undefined);
    });
  }
}

/** Of the file of tests that imports this. */
const ofThisFile = new TearDown();

/** Longer than any file takes: each step has a limit of its own. */
const ALL_MS = 900_000;

afterAll(async () => ofThisFile.run(), ALL_MS);

/**
 * Has that done when all tests of the file have ended, even where its set-up has failed; what is added later is done earlier.
 *
 * @returns what does it before that: it is done once alone
 */
export function atEnd(step: Step): () => Promise<void> {
  return ofThisFile.add(step);
}
