import { say } from '../../tools/toolchain/progress';
import { messageOf } from '../../tools/toolchain/run-main';

interface Leg {
  readonly title: string;
  readonly seconds: number;
}

/** What went wrong in a leg of the journey, and what the reader can do about it. */
class LegFailed extends Error {
  constructor(title: string, cause: unknown, advice: string) {
    super(`${title}: ${messageOf(cause)}\n\nWhat to do: ${advice}`, { cause });
  }
}

/** The steps of a long command, one after the other, each shown as it begins and ends, with the time that it took. */
export class Journey {
  readonly #legs: Leg[] = [];
  #current = 'nothing yet';

  /** Goes one leg; `advice` is what to do where it fails. */
  async go<T>(title: string, advice: string, work: () => Promise<T>): Promise<T> {
    this.#current = title;
    say(`● ${title}`);
    const begin = Date.now();
    try {
      const result = await work();
      this.#legs.push({ title, seconds: (Date.now() - begin) / 1000 });
      return result;
    } catch (error) {
      throw new LegFailed(title, error, advice);
    }
  }

  /** The title of the leg that is gone now. */
  get current(): string {
    return this.#current;
  }

  /** A line a leg with its seconds, and their sum. */
  table(): string {
    const total = this.#legs.reduce((sum, { seconds }) => sum + seconds, 0);
    return [...this.#legs, { title: 'altogether', seconds: total }]
      .map(({ title, seconds }) => `  ${seconds.toFixed(1).padStart(7)} s  ${title}`)
      .join('\n');
  }
}
