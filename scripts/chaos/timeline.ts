import { say } from '../../tools/toolchain/progress';

/** What happened, each line with the seconds since the beginning; shown as it comes. */
export class Timeline {
  readonly #begin = performance.now();
  readonly #lines: string[] = [];

  add(event: string): void {
    const seconds = ((performance.now() - this.#begin) / 1000).toFixed(1).padStart(7);
    this.#lines.push(`${seconds} s  ${event}`);
    say(`${seconds} s  ${event}`);
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
