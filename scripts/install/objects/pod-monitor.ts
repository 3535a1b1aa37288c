import { isClusterWide, value } from '../choices';
import { SELECTOR } from '../names';
import type { Members, Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { WEBHOOK_HEALTH } from './deployment';
import { namespacedMetadata } from './metadata';

/** For the Prometheus operator: every container tells its own metrics. */
export const podMonitor = (rendering: Rendering): KubernetesObject => {
  const { labels, ...metadata } = namespacedMetadata(rendering);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { ...metadata, labels: { ...labels, ...rendering.members('podMonitor.labels') } },
    spec: {
      selector: { matchLabels: SELECTOR },
      podMetricsEndpoints: [
        endpoint(rendering, 'http'),
        ...rendering.itemsWhere(isClusterWide, [endpoint(rendering, WEBHOOK_HEALTH)]),
      ],
    },
  };
};

const endpoint = (rendering: Rendering, port: string): Members => ({
  port,
  path: '/metrics',
  interval: rendering.choice(value('podMonitor.interval')),
});
