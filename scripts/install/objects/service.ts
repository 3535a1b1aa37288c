import { webhookPort } from '../choices';
import { SELECTOR, WEBHOOK_SERVICE } from '../names';
import type { Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { namespacedMetadata } from './metadata';

/** Where the API server finds the webhooks. */
export const webhookService = (rendering: Rendering): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: namespacedMetadata(rendering, WEBHOOK_SERVICE),
  spec: {
    selector: SELECTOR,
    ports: [{ name: 'https', port: 443, targetPort: rendering.choice(webhookPort) }],
  },
});
