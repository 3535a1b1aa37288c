import type { V1Pod } from '@kubernetes/client-node';
import type { KubeClient } from '../controller/kube-client';
import { eventsPath, podsPath } from '../controller/paths';
import { NOTE_BYTES, truncate } from '../model/truncate';

/** Milliseconds between two Events: what they are about, others can change as often as they like. */
const INTERVAL_MS = 10_000;

/** Where an operator says that it stays out: `kubectl describe pod` shows it. Beside a cluster there is no pod, and nothing is said. */
export class PodEvents {
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly kube: KubeClient,
    private readonly pod: { readonly name: string; readonly namespace: string },
  ) {}

  /** Records a warning; where the last one was a moment ago, only the log has it. */
  async record(message: string): Promise<void> {
    const now = performance.now();
    if (now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    const { name, namespace } = this.pod;
    const query = { fieldSelector: `metadata.name=${name}` };
    const take = ({ metadata }: V1Pod): string => metadata?.uid ?? '';
    const [uid] = await this.kube.listAll(podsPath(namespace), { query, form: 'metadata', take });
    if (uid === undefined) return;
    await this.kube.create(eventsPath(namespace), {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { generateName: `${name}-`, namespace },
      eventTime: new Date().toISOString().replace('Z', '000Z'),
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      type: 'Warning',
      reason: 'StandsAside',
      action: 'Elect',
      note: truncate(message, NOTE_BYTES),
      reportingController: 'nats.io/nats-operator',
      reportingInstance: name,
    });
  }
}
