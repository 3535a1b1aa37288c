import type { V1Pod } from '@kubernetes/client-node';
import { coreEvent, EventNames } from '../runtime/core-event';
import type { KubeClient } from '../runtime/kube-client';
import { eventsPath, podsPath } from '../runtime/api-paths';

/** Minimum interval between Events in milliseconds: others can trigger their cause at any rate. */
const INTERVAL_MS = 10_000;

/**
 * Records Events on the operator's pod, for `kubectl describe pod`. Outside of a cluster there is no pod and no Event.
 */
export class PodEvents {
  readonly #names = new EventNames();
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly kube: KubeClient,
    private readonly pod: { readonly name: string; readonly namespace: string },
  ) {}

  /** Records a warning, rate-limited; the log has all of them. */
  async record(message: string): Promise<void> {
    const now = performance.now();
    if (now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    const { name, namespace } = this.pod;
    const query = { fieldSelector: `metadata.name=${name}` };
    const take = ({ metadata }: V1Pod): string => metadata?.uid ?? '';
    const [uid] = await this.kube.listAll(podsPath(namespace), { query, form: 'metadata', take });
    if (uid === undefined) return;
    const subject = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
    const event = { type: 'Warning', reason: 'Standby', message } as const;
    const metadata = { name: this.#names.next(name), namespace };
    await this.kube.create(eventsPath(namespace), coreEvent(subject, event, metadata, name));
  }
}
