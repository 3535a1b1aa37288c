import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { ports } from './ports';

/** The names that the operator takes for itself inside a NATS pod, so that a template's own must differ. */

export const NATS_CONTAINER = 'nats';

/** The sidecar that signals the server to reload. */
export const RELOADER_CONTAINER = 'reloader';

/** Where nats.conf is; the server joins the paths of includes to it. */
export const CONFIG_FOLDER = '/etc/nats-config';

/** Where the operator's JWT is, for accounts and users by JWT. */
export const OPERATOR_JWT_FOLDER = '/etc/nats-operator';

/** Where the init container `bootconfig` writes what addresses a server gives out, below the folder of nats.conf. */
export const ADVERTISE_FOLDER = 'advertise';

/** The volume with nats.conf. */
export const CONFIG_VOLUME = 'config';

/** The volume with the server's pid file, which the reloader reads too. */
export const PID_VOLUME = 'pid';

/** The volume with what addresses a server gives out. */
export const ADVERTISE_VOLUME = 'advertise';

/** The volume with the reload requests of the operator. */
export const POD_INFO_VOLUME = 'pod-info';

/** The volume with the streams of JetStream, and where it is. A claim of it is called `jetstream-<pod>`. */
export const JETSTREAM_VOLUME = 'jetstream';
export const JETSTREAM_FOLDER = '/data';

/** The volumes with the Secrets of `spec.tls` and `spec.operatorConfig`. */
export const SECRET_VOLUMES = {
  server: 'server-tls-certs',
  routes: 'routes-tls-certs',
  gateway: 'gateways-tls-certs',
  leafnode: 'leafnodes-tls-certs',
  websocket: 'websocket-tls-certs',
  operator: 'operator-jwt',
} as const;

/** The names of all volumes that the operator may add to a pod. */
export const OWN_VOLUMES: readonly string[] = [
  CONFIG_VOLUME,
  PID_VOLUME,
  ADVERTISE_VOLUME,
  POD_INFO_VOLUME,
  ...Object.values(SECRET_VOLUMES),
];

/** The variable with the server's name, in quotes, as the configuration of servers that reload refers to it. */
export const SERVER_NAME_VARIABLE = 'NATS_SERVER_NAME';

/** The variables of the nats container that its arguments and its configuration refer to. */
export const OWN_VARIABLES: readonly string[] = ['POD_NAME', 'POD_NAMESPACE', SERVER_NAME_VARIABLE];

/** Where the operator mounts its volumes, as other tools and the users' own configuration rely on. */
export const OWN_MOUNT_PATHS: readonly string[] = [
  CONFIG_FOLDER,
  `${CONFIG_FOLDER}/${ADVERTISE_FOLDER}`,
  OPERATOR_JWT_FOLDER,
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
    ...(pod.enableConfigReload ? [RELOADER_CONTAINER] : []),
    ...(pod.enableMetrics ? ['metrics'] : []),
    ...(pod.advertiseExternalIP ? ['bootconfig'] : []),
  ];
}

/** The ports that something of the operator's listens on in the pod, and what each is for. */
export function ownPorts(spec: NatsClusterSpec): Map<number, string> {
  const { pod, gatewayConfig, leafnodeConfig, websocketConfig } = spec;
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
