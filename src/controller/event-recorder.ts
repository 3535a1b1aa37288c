import { NOTE_BYTES, truncate } from '../model/truncate';
import type { Notice } from '../plan/action';
import { splitKey } from './cluster-key';
import type { KubeClient } from './kube-client';
import { eventsPath } from './paths';

/** What people are told, but for where the reasons come from. */
type AnyNotice = Omit<Notice, 'reason'> & { readonly reason: string };

/** Tells people what happens to an object: `kubectl describe nats/x` shows it. */
export class EventRecorder {
  constructor(
    private readonly kube: KubeClient,
    private readonly onError: (key: string, error: unknown) => void,
    private readonly kind: 'NatsCluster' | 'NatsServiceRole' = 'NatsCluster',
  ) {}

  /** An Event that can't be written is no reason to stop. */
  async record(key: string, uid: string, { type, reason, message }: AnyNotice): Promise<void> {
    const { namespace, name } = splitKey(key);
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { generateName: `${name}-`, namespace },
      eventTime: new Date().toISOString().replace('Z', '000Z'),
      regarding: { apiVersion: 'nats.io/v1alpha2', kind: this.kind, namespace, name, uid },
      type,
      reason,
      action: 'Reconcile',
      note: truncate(message, NOTE_BYTES),
      reportingController: 'nats.io/nats-operator',
      reportingInstance: 'nats-operator',
    };
    try {
      await this.kube.create(eventsPath(namespace), event);
    } catch (error) {
      this.onError(key, error);
    }
  }
}
