import { setTimeout as pause } from 'node:timers/promises';
import { KubeClient } from '../../../src/controller/kube-client';

const INTERVAL = 20;

/** Has the API server ask the webhooks again and again, at a steady pace, as the administrator. */
export class SteadyAdmission {
  readonly #kube = new KubeClient();
  readonly #failures: string[] = [];
  readonly #path: string;
  #answered = 0;
  #running = true;
  readonly #ended: Promise<void>;

  constructor(namespace: string) {
    this.#path = `/apis/nats.io/v1alpha2/namespaces/${namespace}/natsclusters?dryRun=All`;
    this.#ended = this.#ask();
  }

  get answered(): number {
    return this.#answered;
  }

  /** @returns what went wrong */
  async end(): Promise<readonly string[]> {
    this.#running = false;
    await this.#ended;
    return this.#failures;
  }

  async #ask(): Promise<void> {
    const metadata = { generateName: 'asked-' };
    const cluster = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata, spec: { size: 1 } };
    while (this.#running) {
      await this.#kube.create(this.#path, cluster).then(
        () => (this.#answered += 1),
        (error: unknown) => this.#failures.push(String(error)),
      );
      await pause(INTERVAL);
    }
  }
}
