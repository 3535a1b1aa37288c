import { areMeshed } from './monitoring';
import { getCondition, getPods, isReady } from './objects';
import { Repetition } from './repetition';

const INTERVAL = 100;

/** Looks at the mesh of a cluster again and again while a roll parts it, and measures for how long it is parted. */
export class PartitionMonitor {
  /** The time from when ready servers had no routes with each other until all were one mesh again, in milliseconds; the longest, where there was more than one. */
  longest = 0;
  /** What Ready was reported with. */
  readonly reasons = new Set<string>();
  #since: number | undefined;
  readonly #watch: Repetition;

  constructor(
    private readonly namespace: string,
    private readonly cluster: string,
    private readonly size: number,
  ) {
    this.#watch = new Repetition(async () => this.#look(), INTERVAL);
  }

  /** Ends the watch; fails where looking itself has failed. */
  async stop(): Promise<void> {
    await this.#watch.stop();
  }

  async #look(): Promise<void> {
    const ready = await getCondition(this.namespace, this.cluster, 'Ready');
    if (ready !== undefined) this.reasons.add(ready.reason);
    const pods = (await getPods(this.namespace, this.cluster)).filter(isReady);
    // A server that has just left does not answer; what it belonged to may still be parted.
    const isMeshed = await areMeshed(pods).catch(() => undefined);
    if (isMeshed !== undefined) this.#note(isMeshed, pods.length === this.size);
  }

  #note(isMeshed: boolean, areAll: boolean): void {
    const now = performance.now();
    if (!isMeshed) this.#since ??= now;
    if (this.#since !== undefined) this.longest = Math.max(this.longest, now - this.#since);
    if (isMeshed && areAll) this.#since = undefined;
  }
}
