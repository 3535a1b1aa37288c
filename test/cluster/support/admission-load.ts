import { setTimeout as pause } from 'node:timers/promises';
import { KubeClient } from '../../../src/runtime/kube-client';

/** Requests without an answer yet. More would only be overload of a busy machine, whose queue then takes minutes to drain. */
const MAX_PENDING = 25;

/** Has the API server ask the webhooks at a steady pace, as the administrator, without waiting for the answer to one request before the next is sent. */
export class AdmissionLoad {
  readonly perSecond = 25;
  /** Milliseconds that each request took whose answer was good. */
  readonly times: number[] = [];
  readonly #kube = new KubeClient();
  readonly #failures: string[] = [];
  readonly #path: string;
  #asked = 0;
  #running = true;
  readonly #ended: Promise<unknown>;

  constructor(namespace: string) {
    this.#path = `/apis/nats.io/v1alpha2/namespaces/${namespace}/natsclusters?dryRun=All`;
    this.#ended = this.#askOnAndOn();
  }

  get asked(): number {
    return this.#asked;
  }

  get answered(): number {
    return this.times.length;
  }

  /** @returns what went wrong */
  async end(): Promise<readonly string[]> {
    this.#running = false;
    await this.#ended;
    return this.#failures;
  }

  async #askOnAndOn(): Promise<void> {
    const begin = performance.now();
    const pending = new Set<Promise<void>>();
    for (let tick = 1; this.#running; tick += 1) {
      if (pending.size < MAX_PENDING) {
        const answer: Promise<void> = this.#ask().finally(() => pending.delete(answer));
        pending.add(answer);
        this.#asked += 1;
      }
      await pause(begin + (tick * 1000) / this.perSecond - performance.now());
    }
    await Promise.all(pending);
  }

  async #ask(): Promise<void> {
    const metadata = { generateName: 'asked-' };
    const cluster = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata, spec: { size: 1 } };
    const begin = performance.now();
    await this.#kube.create(this.#path, cluster).then(
      () => this.times.push(performance.now() - begin),
      (error: unknown) => this.#failures.push(String(error)),
    );
  }
}
