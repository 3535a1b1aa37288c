import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { ports } from './ports';

/** The names that the operator takes for itself inside a NATS pod, so that a template's own must differ. */

export const NATS_CONTAINER = 'nats';

/** The volume with nats.conf. */
export const CONFIG_VOLUME = 'config';

/** The volume with the server's pid file, which the reloader reads too. */
export const PID_VOLUME = 'pid';

/** The variables of the nats container that its arguments refer to. */
export const OWN_VARIABLES: readonly string[] = ['POD_NAME', 'POD_NAMESPACE'];

/** Where the operator mounts its volumes, as other tools and the users' own configuration rely on. */
export const OWN_MOUNT_PATHS: readonly string[] = [
  '/etc/nats-config',
  '/etc/nats-operator',
  '/etc/nats-server-tls-certs',
  '/etc/nats-routes-tls-certs',
  '/etc/nats-gateways-tls-certs',
  '/etc/nats-leafnodes-tls-certs',
  '/etc/nats-websocket-tls-certs',
  '/var/run/nats',
];

/** The sidecars and init containers that this spec asks for. */
export function ownSidecars({ pod = {} }: NatsClusterSpec): string[] {
  return [
    ...(pod.enableConfigReload ? ['reloader'] : []),
    ...(pod.enableMetrics ? ['metrics'] : []),
    ...(pod.advertiseExternalIP ? ['bootconfig'] : []),
  ];
}

/** The ports that something of the operator's listens on in the pod, and what each is for. */
export function ownPorts({
  pod,
  gatewayConfig,
  leafnodeConfig,
  websocketConfig,
}: NatsClusterSpec): Map<number, string> {
  const optional: [number | undefined, string][] = [
    [pod?.enableMetrics ? ports.metrics : undefined, 'metrics'],
    [gatewayConfig?.hostPort, 'gateways'],
    [leafnodeConfig?.hostPort, 'leaf nodes'],
    [websocketConfig?.port, 'websockets'],
  ];
  return new Map([
    [ports.client, 'clients'],
    [ports.cluster, 'routes'],
    [ports.monitoring, 'monitoring'],
    ...optional.flatMap(([port, use]): [number, string][] => (port ? [[port, use]] : [])),
  ]);
}
