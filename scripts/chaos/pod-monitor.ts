import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { podsPath } from '../../src/runtime/api-paths';
import { KubeClient } from '../../src/runtime/kube-client';

const INTERVAL_MS = 200;
/** An API server that does not answer must not hide for long what happens after it. */
const TIMEOUT_MS = 2_000;

/** Reads the pods of a selector again and again, and hands each reading on. Where the API server does not answer there is none. */
export class PodMonitor {
  readonly #kube = new KubeClient({ timeout: TIMEOUT_MS });
  readonly #ended: Promise<void>;
  #isRunning = true;

  constructor(
    private readonly namespace: string,
    private readonly labelSelector: string,
    private readonly read: (pods: readonly V1Pod[]) => void,
  ) {
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      const list = await this.#kube
        .get(podsPath(this.namespace), { labelSelector: this.labelSelector })
        .catch(() => undefined);
      if (list !== undefined) this.read((list as { readonly items: readonly V1Pod[] }).items);
      await pause(INTERVAL_MS);
    }
  }
}

export const podName = ({ metadata }: V1Pod): string => metadata?.name ?? '';
export const podUid = ({ metadata }: V1Pod): string => metadata?.uid ?? '';
