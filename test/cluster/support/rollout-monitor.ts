import type { V1Pod } from '@kubernetes/client-node';
import { areMeshed } from './monitoring';
import { getPods, isReady } from './objects';
import { Repetition } from './repetition';

const INTERVAL = 30;

/** Observes the pods of a cluster during a rollout, and records what must not happen. */
export class RolloutMonitor {
  /** The pods in the order in which they left. */
  readonly left: string[] = [];
  /** The most pods that were missing or not ready at the same time. */
  mostDown = 0;
  /** Pods that left while others were not ready and meshed. */
  readonly untimely: string[] = [];
  /** The names of all pods by uid, and the uids of those that left. */
  readonly #names = new Map<string, string>();
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
    this.#recordGone(pods);
    for (const pod of pods) {
      const { uid = '', name = '', deletionTimestamp } = pod.metadata ?? {};
      this.#names.set(uid, name);
      if (deletionTimestamp !== undefined && !this.#seen.has(uid)) await this.#record(pod, pods);
    }
  }

  /** On a busy machine a pod may be gone before it is seen to leave. */
  #recordGone(pods: readonly V1Pod[]): void {
    const uids = new Set(pods.map(({ metadata }) => metadata?.uid));
    for (const [uid, name] of this.#names) {
      if (uids.has(uid) || this.#seen.has(uid)) continue;
      this.#seen.add(uid);
      this.left.push(name);
    }
  }

  async #record(leaving: V1Pod, pods: readonly V1Pod[]): Promise<void> {
    const name = leaving.metadata?.name ?? '';
    this.#seen.add(leaving.metadata?.uid ?? '');
    this.left.push(name);
    const others = pods.filter(pod => pod !== leaving);
    if (others.length !== this.size - 1 || !(await areMeshed(others).catch(() => false))) this.untimely.push(name);
  }
}
