import type { ResolvedCluster } from '../spec/resolve-cluster';
import { ports } from '../spec/ports';
import { type ConfBlock, INCLUDE } from '../../nats/conf/conf';
import { credentialsBlock } from './authorization';
import { tlsBlock } from './tls';
import type {
  ResolvedGateway,
  ResolvedCredentials,
  ResolvedLeafNodes,
  ResolvedLeafNodeRemote,
  ResolvedWebsocket,
} from '../spec/connections';
import type { TlsFiles } from '../spec/tls-files';
import { omitZero } from '../spec/omit-zero';

/** The block `cluster`: how the servers find each other. A server that dials itself notices and disconnects. */
export function clusterBlock({ clusterName, routes, clusterCredentials, tls }: ResolvedCluster): ConfBlock {
  return {
    name: clusterName,
    port: ports.cluster,
    authorization: clusterCredentials && credentialsBlock(clusterCredentials),
    tls: tls.routes && tlsBlock(tls.routes),
    routes: withoutRepeats(routes),
  };
}

/** The server rejects a file that names a route twice. */
const withoutRepeats = (routes: readonly string[]): string[] => [...new Set(routes)];

/** What a gateway connection requires, beyond its block. */
export interface GatewaySecurity {
  readonly tls?: TlsFiles | undefined;
  readonly credentials?: ResolvedCredentials | undefined;
  /** The file, relative to the configuration, with the address to give out. */
  readonly advertise?: string | undefined;
}

/**
 * The block `gateway`: how the cluster joins others to a super-cluster. Its credentials are both what is required of and what is presented to
 * gateways whose URL has none (nats-server, server/gateway.go, sendGatewayConnect).
 */
export function gatewayBlock(
  { name, port, rejectUnknown, gateways }: ResolvedGateway,
  { tls, credentials, advertise }: GatewaySecurity = {},
): ConfBlock {
  return {
    ...(advertise === undefined ? {} : { [INCLUDE]: [advertise] }),
    name,
    port,
    reject_unknown: rejectUnknown,
    authorization: credentials && credentialsBlock(credentials),
    tls: tls && tlsBlock(tls),
    gateways: gateways.map(gateway => ({ name: gateway.name, urls: gateway.urls })),
  };
}

/**
 * The block `leafnodes`: who may extend this system, and which systems this one extends.
 *
 * @param advertise the file, relative to the configuration, with the address to give out
 */
export function leafnodesBlock({ port, remotes }: ResolvedLeafNodes, tls?: TlsFiles, advertise?: string): ConfBlock {
  return {
    ...(advertise === undefined || port === undefined ? {} : { [INCLUDE]: [advertise] }),
    port,
    tls: tls && tlsBlock(tls),
    remotes: remotes.length === 0 ? undefined : remotes.map(remoteBlock),
  };
}

/** `urls` came with 2.1; one address is a `url`, as 2.0 knows it. */
function remoteBlock({ urls, credentials, account }: ResolvedLeafNodeRemote): ConfBlock {
  const [only, ...others] = urls;
  return { ...(others.length === 0 ? { url: only } : { urls }), credentials, account };
}

/** The `websocket` block. Without a certificate, the server requires `no_tls`. */
export function websocketBlock(model: ResolvedWebsocket, tls?: TlsFiles): ConfBlock {
  return {
    port: model.port,
    ...(tls ? { tls: tlsBlock(tls) } : { no_tls: true }),
    handshake_timeout: model.handshakeTimeout,
    compression: omitZero(model.compression),
  };
}
