import { healthPort, isClusterWide, webhookHealthPort, webhookPort } from '../choices';
import { SELECTOR } from '../names';
import type { Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { namespacedMetadata } from './metadata';

/**
 * In: the API server, which has no pod that could be named, the kubelet's probes and whoever reads metrics; from anywhere, where values name no sources. Out: names, the API server, and
 * the servers of NatsClusters. Each port has its protocol, as the API server stores it: the lists are atomic, and a second manager that left it out would
 * want another list.
 */
export const networkPolicy = (rendering: Rendering): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: namespacedMetadata(rendering),
  spec: {
    podSelector: { matchLabels: SELECTOR },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      ...rendering.itemsWhere(isClusterWide, [
        {
          ports: [{ port: rendering.choice(webhookPort), protocol: 'TCP' }],
          ...rendering.optional('from', 'networkPolicy.webhookFrom'),
        },
      ]),
      {
        ports: [
          { port: rendering.choice(healthPort), protocol: 'TCP' },
          ...rendering.itemsWhere(isClusterWide, [{ port: rendering.choice(webhookHealthPort), protocol: 'TCP' }]),
        ],
        ...rendering.optional('from', 'networkPolicy.metricsFrom'),
      },
    ],
    egress: [
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
          ...rendering.items('networkPolicy.apiServerPorts', { protocol: 'TCP' }),
        ],
      },
      { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'nats' } } }] },
    ],
  },
});
