import { say } from '../../tools/toolchain/progress';
import { messageOf } from '../../tools/toolchain/run-main';

/** The steps of a long command, one after the other, each shown as it begins, with the time that all took at the end. */
export class Steps {
  readonly #done: { readonly title: string; readonly seconds: number }[] = [];
  #current = 'nothing yet';

  /** Runs one step; `advice` is what the reader can do where it fails. */
  async run<T>(title: string, advice: string, work: () => Promise<T>): Promise<T> {
    this.#current = title;
    say(`● ${title}`);
    const begin = Date.now();
    try {
      const result = await work();
      this.#done.push({ title, seconds: (Date.now() - begin) / 1000 });
      return result;
    } catch (error) {
      throw new Error(`${title}: ${messageOf(error)}\n\nWhat to do: ${advice}`, { cause: error });
    }
  }

  /** The title of the step that runs. */
  get current(): string {
    return this.#current;
  }

  /** A line a step with its seconds, and their sum. */
  table(): string {
    const total = this.#done.reduce((sum, { seconds }) => sum + seconds, 0);
    return [...this.#done, { title: 'altogether', seconds: total }]
      .map(({ title, seconds }) => `  ${seconds.toFixed(1).padStart(7)} s  ${title}`)
      .join('\n');
  }
}
