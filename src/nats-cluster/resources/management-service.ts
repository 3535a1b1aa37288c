import { childMetadata, type ChildService } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';
import { managementServiceName } from '../spec/names';
import { ports } from '../spec/ports';
import { ipFamilies, servicePort, websocketPorts } from './service-ports';

/**
 * The headless Service that gives each pod its DNS name. It publishes pods that are not ready, for a server must find the
 * others before it can become ready itself.
 */
export function managementService(model: ResolvedCluster): ChildService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(model, managementServiceName(model.name), model.managementService),
    spec: {
      ...ipFamilies(model.managementService),
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorLabels(model.name),
      ports: [
        servicePort('cluster', ports.cluster),
        servicePort('monitoring', ports.monitoring),
        servicePort('metrics', ports.metrics),
        ...websocketPorts(model),
        ...(model.gateway ? [servicePort('gateways', model.gateway.port)] : []),
        ...(model.leafnodes?.port === undefined ? [] : [servicePort('leafnodes', model.leafnodes.port)]),
      ],
    },
  };
}
