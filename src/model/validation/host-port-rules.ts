import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Problem } from '../problem';
import { ports } from '../ports';
import type { ReviewedCluster } from './rule';

/** Warns that servers with a port of their node can't share one. */
export function hostPortsNeedNodes({ spec }: ReviewedCluster): Problem[] {
  const size = spec.size ?? 1;
  const used = hostPorts(spec);
  if (used.length === 0 || size < 2) return [];
  return [
    {
      path: 'spec.size',
      message: `each server takes ${used.join(' and ')} of its node, so ${size} servers need ${size} nodes`,
      hint: 'servers without a node of their own stay Pending',
    },
  ];
}

function hostPorts({ pod = {}, gatewayConfig, leafnodeConfig, websocketConfig }: NatsClusterSpec): string[] {
  const onHost = (isDisabled: boolean | undefined): boolean => pod.advertiseExternalIP === true || isDisabled !== true;
  const optional: [boolean | undefined, number | undefined][] = [
    [pod.enableClientsHostPort, ports.client],
    [onHost(pod.disableGatewaysHostPort), gatewayConfig?.hostPort],
    [onHost(pod.disableLeafnodesHostPort), leafnodeConfig?.hostPort],
    [onHost(pod.disableWebsocketsHostPort), websocketConfig?.port],
  ];
  return optional.flatMap(([isOnHost, port]) => (isOnHost && port ? [`port ${port}`] : []));
}
