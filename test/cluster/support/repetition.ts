import { setTimeout as pause } from 'node:timers/promises';
import { atEnd } from './tear-down';

/** Does something again and again, until it is stopped or the tests of the file have ended. */
export class Repetition {
  readonly #ended: Promise<void>;
  #isRunning = true;

  /** @param interval milliseconds between the end of a step and the next */
  constructor(step: (count: number) => Promise<void>, interval: number) {
    this.#ended = this.#run(step, interval);
    atEnd(async () => this.stop().catch(() => undefined));
  }

  /** Fails where a step has failed. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#ended;
  }

  async #run(step: (count: number) => Promise<void>, interval: number): Promise<void> {
    for (let count = 0; this.#isRunning; count += 1) {
      await step(count);
      await pause(interval);
    }
  }
}
