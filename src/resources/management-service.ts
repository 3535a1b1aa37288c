import type { V1ServicePort } from '@kubernetes/client-node';
import { childMetadata, type ChildService } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { selectorLabels } from '../model/labels';
import { managementServiceName } from '../model/names';
import { ports } from '../model/ports';

/**
 * The headless Service that gives each pod its DNS name. It publishes pods that are not ready, for a server must find the
 * others before it can become ready itself.
 */
export function managementService(model: ClusterModel): ChildService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(model, managementServiceName(model.name), model.managementService),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorLabels(model.name),
      ports: [port('cluster', ports.cluster), port('monitoring', ports.monitoring), port('metrics', ports.metrics)],
    },
  };
}

const port = (name: string, number: number): V1ServicePort => ({
  name,
  port: number,
  targetPort: number,
  protocol: 'TCP',
});
