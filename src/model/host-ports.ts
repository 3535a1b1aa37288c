import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { resolvePod } from './pod-model';
import { ports } from './ports';

/** The ports of its node that each server takes, by a spec that is valid. */
export function hostPorts({ pod, gatewayConfig, leafnodeConfig, websocketConfig }: NatsClusterSpec): number[] {
  const { clientsHostPort, gatewaysHostPort, leafnodesHostPort, websocketsHostPort } = resolvePod(pod);
  const all: readonly (readonly [boolean, number | undefined])[] = [
    [clientsHostPort, ports.client],
    [gatewaysHostPort, gatewayConfig?.hostPort],
    [leafnodesHostPort, leafnodeConfig?.hostPort],
    [websocketsHostPort, websocketConfig?.port],
  ];
  return all.flatMap(([isOnHost, port]) => (isOnHost && port ? [port] : []));
}
