import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { ports } from './ports';

/** The ports of its node that each server takes. */
export function hostPorts({ pod = {}, gatewayConfig, leafnodeConfig, websocketConfig }: NatsClusterSpec): number[] {
  const onHost = (isDisabled: boolean | undefined): boolean => pod.advertiseExternalIP === true || isDisabled !== true;
  const optional: [boolean | undefined, number | undefined][] = [
    [pod.enableClientsHostPort, ports.client],
    [onHost(pod.disableGatewaysHostPort), gatewayConfig?.hostPort],
    [onHost(pod.disableLeafnodesHostPort), leafnodeConfig?.hostPort],
    [onHost(pod.disableWebsocketsHostPort), websocketConfig?.port],
  ];
  return optional.flatMap(([isOnHost, port]) => (isOnHost && port ? [port] : []));
}
