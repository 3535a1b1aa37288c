import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { extraPorts } from './extra-ports';
import { resolvePod } from './pod';
import { ownPorts } from './pod-parts';
import { ports } from './ports';

/** The ports of its node that each server takes, by a spec that is valid, in ascending order. */
export function hostPorts(spec: NatsClusterSpec): number[] {
  const isOnHost = spec.template?.spec?.hostNetwork === true;
  const ofServer = isOnHost
    ? [...ownPorts(spec).keys(), ...extraPorts(spec).map(({ port }) => port)]
    : openedPorts(spec);
  const all = [...ofServer, ...templatePorts(spec, isOnHost)];
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Those that `spec.pod` opens on the node. */
function openedPorts({ pod, gatewayConfig, leafnodeConfig, websocketConfig }: NatsClusterSpec): number[] {
  const { clientsHostPort, gatewaysHostPort, leafnodesHostPort, websocketsHostPort } = resolvePod(pod);
  const all: readonly (readonly [boolean, number | undefined])[] = [
    [clientsHostPort, ports.client],
    [gatewaysHostPort, gatewayConfig?.hostPort],
    [leafnodesHostPort, leafnodeConfig?.hostPort],
    [websocketsHostPort, websocketConfig?.port],
  ];
  return all.flatMap(([isOnHost, port]) => (isOnHost && port ? [port] : []));
}

/** Those of the template's containers; on the node's network each port is the node's. */
function templatePorts({ template }: NatsClusterSpec, isOnHost: boolean): number[] {
  const containers = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])];
  return containers
    .flatMap(({ ports: all = [] }) => all)
    .map(({ containerPort, hostPort }) => (isOnHost ? containerPort : hostPort) ?? 0)
    .filter(port => port !== 0);
}
