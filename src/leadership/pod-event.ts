import type { V1Pod } from '@kubernetes/client-node';
import type { KubeClient } from '../controller/kube-client';
import { eventsPath, podsPath } from '../controller/paths';
import { NOTE_BYTES, truncate } from '../model/truncate';

/** Where an operator says that it stays out: `kubectl describe pod` shows it. Beside a cluster there is no pod, and nothing is said. */
export async function recordOnPod(
  kube: KubeClient,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  message: string,
): Promise<void> {
  const list = (await kube.get(podsPath(namespace), { fieldSelector: `metadata.name=${name}` })) as
    | { items?: V1Pod[] }
    | undefined;
  const pod = list?.items?.[0];
  if (pod === undefined) return;
  await kube.create(eventsPath(namespace), {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { generateName: `${name}-`, namespace },
    eventTime: new Date().toISOString().replace('Z', '000Z'),
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: pod.metadata?.uid },
    type: 'Warning',
    reason: 'StandsAside',
    action: 'Elect',
    note: truncate(message, NOTE_BYTES),
    reportingController: 'nats.io/nats-operator',
    reportingInstance: name,
  });
}
