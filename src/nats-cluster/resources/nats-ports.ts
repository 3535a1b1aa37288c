import type { V1ContainerPort } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { ports } from '../spec/ports';

/** The ports of the nats container, some of them on the host too. */
export function natsPorts({ pod, gateway, leafnodes, websocket }: ResolvedCluster): V1ContainerPort[] {
  return [
    port('client', ports.client, pod.clientsHostPort),
    port('cluster', ports.cluster, false),
    port('monitoring', ports.monitoring, false),
    ...(gateway ? [port('gateways', gateway.port, pod.gatewaysHostPort)] : []),
    ...(leafnodes?.port === undefined ? [] : [port('leafnodes', leafnodes.port, pod.leafnodesHostPort)]),
    ...(websocket ? [port('websocket', websocket.port, pod.websocketsHostPort)] : []),
  ];
}

const port = (name: string, number: number, onHost: boolean): V1ContainerPort => ({
  name,
  containerPort: number,
  protocol: 'TCP',
  ...(onHost ? { hostPort: number } : {}),
});
