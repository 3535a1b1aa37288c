import { natsClusterDefaults } from '../../../generated/defaults';
import type { GatewayConfig, LeafnodeConfig, WebsocketConfig, NatsClusterSpec } from '../../../generated/nats-cluster';
import { omitZero } from './omit-zero';
import type { Credentials } from '../secrets/credentials';
import { managementServiceName, ordinals, podHost, podName } from './names';
import { ports } from './ports';

/** `spec.gatewayConfig`, resolved. */
export interface ResolvedGateway {
  readonly name: string;
  readonly port: number;
  /** Reject gateways that are not listed. */
  readonly rejectUnknown: boolean;
  readonly gateways: readonly { readonly name: string; readonly urls: readonly string[] }[];
}

/** Applies the defaults of `spec.gatewayConfig`. */
export function resolveGateway({ name, hostPort, rejectUnknown, gateways = [] }: GatewayConfig): ResolvedGateway {
  return {
    name,
    port: omitZero(hostPort) ?? natsClusterDefaults.gatewayConfig.hostPort,
    rejectUnknown: rejectUnknown ?? natsClusterDefaults.gatewayConfig.rejectUnknown,
    gateways: gateways.map(gateway => ({ name: gateway.name, urls: allUrls(gateway) })),
  };
}

/** `spec.leafnodeConfig`, resolved. */
export interface ResolvedLeafNodes {
  /** Where the cluster takes leaf nodes; undefined where it takes none and only dials its remotes. */
  readonly port: number | undefined;
  readonly remotes: readonly ResolvedLeafNodeRemote[];
}

export interface ResolvedLeafNodeRemote {
  readonly urls: readonly string[];
  /** Path of a credentials file in the container. */
  readonly credentials: string | undefined;
  /** The account of ours that the remote is bound to; undefined is the global one. */
  readonly account: string | undefined;
}

/** Applies the defaults of `spec.leafnodeConfig`. */
export function resolveLeafnodes({ hostPort, remotes = [] }: LeafnodeConfig): ResolvedLeafNodes {
  return {
    port: omitZero(hostPort),
    remotes: remotes.map(remote => ({
      urls: allUrls(remote),
      credentials: omitZero(remote.credentials),
      account: omitZero(remote.account),
    })),
  };
}

/** `spec.websocketConfig`, resolved. */
export interface ResolvedWebsocket {
  readonly port: number;
  /** A duration as Go reads it; undefined leaves it to the server. */
  readonly handshakeTimeout: string | undefined;
  readonly compression: boolean;
}

/** Applies the defaults of `spec.websocketConfig`. */
export function resolveWebsocket({ port, handshakeTimeout, compression }: WebsocketConfig): ResolvedWebsocket {
  return {
    port: omitZero(port) ?? natsClusterDefaults.websocketConfig.port,
    handshakeTimeout: omitZero(handshakeTimeout),
    compression: compression ?? natsClusterDefaults.websocketConfig.compression,
  };
}

/** The credentials of servers for each other, and how long authentication may take. */
export interface ResolvedCredentials extends Credentials {
  /** Seconds; undefined leaves it to the server. */
  readonly timeout: number | undefined;
}

/** Resolves the credentials of routes or gateways; undefined where they need none. */
export const resolveCredentials = (
  credentials: Credentials | undefined,
  timeout: number | undefined,
): ResolvedCredentials | undefined => credentials && { ...credentials, timeout: omitZero(timeout) };

/** The addresses of something remote that has a `url`, `urls` or both, each once and in their order. */
export function allUrls({ url, urls = [] }: { readonly url?: string; readonly urls?: readonly string[] }): string[] {
  return [...new Set([...(url ? [url] : []), ...urls])];
}

/**
 * The URLs that every server dials: one for each of our own ordinals, then the spec's extra routes in their order. A URL without
 * credentials of its own gets the cluster's: a server has no other credentials for the routes that it connects to.
 */
export function resolveRoutes(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  size: number,
  extraRoutes: NatsClusterSpec['extraRoutes'] = [],
  credentials?: Credentials,
): string[] {
  const own = ordinals(size).map(
    ordinal => `nats://${podHost(name, namespace, podName(name, ordinal))}:${ports.cluster}`,
  );
  const extra = extraRoutes.flatMap(({ cluster, route }) => {
    if (route) return [route];
    return cluster ? [`nats://${managementServiceName(cluster)}:${ports.cluster}`] : [];
  });
  return credentials === undefined
    ? [...own, ...extra]
    : [...own, ...extra].map(url => withCredentials(url, credentials));
}

function withCredentials(url: string, { username, password }: Credentials): string {
  const [scheme = '', rest = ''] = url.split('://');
  return rest.includes('@') ? url : `${scheme}://${encode(username)}:${encode(password)}@${rest}`;
}

/** All characters that credentials in a URL must have encoded; encodeURIComponent leaves out what RFC 3986 reserves. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
