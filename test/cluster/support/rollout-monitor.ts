import type { V1Pod } from '@kubernetes/client-node';
import { areMeshed } from './monitoring';
import { getPods, isReady } from './objects';
import { Repetition } from './repetition';

const INTERVAL = 30;

/** Looks at the pods of a cluster again and again while something rolls them, and notes what must not be seen. */
export class RolloutMonitor {
  /** The pods in the order in which they left. */
  readonly left: string[] = [];
  /** The most pods that were missing or not ready at the same time. */
  mostDown = 0;
  /** Pods that left while others were not ready and meshed. */
  readonly untimely: string[] = [];
  readonly #seen = new Set<string>();
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
    const pods = await getPods(this.namespace, this.cluster);
    this.mostDown = Math.max(this.mostDown, this.size - pods.filter(isReady).length);
    const leaving = pods.find(
      ({ metadata }) => metadata?.deletionTimestamp !== undefined && !this.#seen.has(metadata.uid ?? ''),
    );
    if (leaving !== undefined) await this.#note(leaving, pods);
  }

  async #note(leaving: V1Pod, pods: readonly V1Pod[]): Promise<void> {
    const name = leaving.metadata?.name ?? '';
    this.#seen.add(leaving.metadata?.uid ?? '');
    this.left.push(name);
    const others = pods.filter(pod => pod !== leaving);
    if (others.length !== this.size - 1 || !(await areMeshed(others).catch(() => false))) this.untimely.push(name);
  }
}
