import { value } from '../choices';
import { SELECTOR } from '../names';
import type { Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { namespacedMetadata } from './metadata';

/** For the Prometheus operator: every replica tells its own metrics. */
export const podMonitor = (rendering: Rendering): KubernetesObject => {
  const { labels, ...metadata } = namespacedMetadata(rendering);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { ...metadata, labels: { ...labels, ...rendering.members('podMonitor.labels') } },
    spec: {
      selector: { matchLabels: SELECTOR },
      podMetricsEndpoints: [
        { port: 'http', path: '/metrics', interval: rendering.choice(value('podMonitor.interval')) },
      ],
    },
  };
};
