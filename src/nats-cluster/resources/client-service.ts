import type { V1ServiceSpec } from '@kubernetes/client-node';
import { childMetadata, type ChildService } from '../child';
import type { ResolvedCluster, ServicePolicy } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';
import { clientServiceName } from '../spec/names';
import { ports } from '../spec/ports';
import { ipFamilies, servicePort, websocketPorts } from './service-ports';

/** The Service that clients dial; only ready servers answer behind it. */
export function clientService(model: ResolvedCluster): ChildService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(model, clientServiceName(model.name), model.clientService),
    spec: {
      ...exposure(model.clientService),
      ...ipFamilies(model.clientService),
      selector: selectorLabels(model.name),
      ports: [servicePort('tcp-client', ports.client), ...websocketPorts(model)],
    },
  };
}

function exposure({ type, loadBalancerClass, externalTrafficPolicy }: ServicePolicy): V1ServiceSpec {
  return {
    type: type ?? 'ClusterIP',
    ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    ...(externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy }),
  };
}
