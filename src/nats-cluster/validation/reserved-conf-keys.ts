import { confKey } from '../../nats/conf/conf-key';
import type { PrintableMap } from '../../nats/printable';

/** A key of nats.conf that `natsConfig.extra` may not set, because something else does. */
export interface ReservedConfKey {
  /** The keys that lead there, spelled as in `extra`: `['cluster', 'Routes']`. */
  readonly keys: readonly string[];
  /** What a user sets instead, as advice: `use spec.size and spec.extraRoutes`. */
  readonly instead: string;
}

/** Finds what in `natsConfig.extra` is ours to write. NATS reads keys in any case, so this does. */
export function reservedConfKeys(extra: PrintableMap): ReservedConfKey[] {
  return Object.entries(extra).flatMap(([key, value]) => {
    const instead = reserved.get(confKey(key));
    if (instead !== undefined) return [{ keys: [key], instead }];
    const block = sharedBlocks.find(name => name === confKey(key));
    return block === undefined ? [] : reservedInBlock(key, block, value);
  });
}

/** The blocks that we write and `natsConfig.extra` may add to; by this name alone. */
export const sharedBlocks = ['cluster', 'gateway', 'leafnodes', 'websocket'] as const;

function reservedInBlock(key: string, block: string, value: PrintableMap[string]): ReservedConfKey[] {
  if (key !== block) return [{ keys: [key], instead: `write it as ${block}` }];
  if (typeof value !== 'object' || Array.isArray(value)) return [{ keys: [key], instead: `${block} must be a map` }];
  return Object.keys(value).flatMap(member => {
    const instead = reserved.get(`${block}.${confKey(member)}`);
    return instead === undefined ? [] : [{ keys: [key, member], instead }];
  });
}

const use = (field: string): string => `use spec.${field}`;
const FIXED_PORT = 'the port is fixed, for the Services and probes rely on it';
const FIXED_ADDRESS = 'servers listen on all addresses of their pod';
const BY_ARGUMENT = 'the operator passes it as an argument';

/**
 * From the key, and all its aliases (nats-server v2.15.2, server/opts.go, processConfigFileLine and the parsers of blocks), to what
 * replaces it. Dots stand for blocks.
 */
const reserved: ReadonlyMap<string, string> = new Map([
  ...of('port listen', FIXED_PORT),
  ...of('host net', FIXED_ADDRESS),
  ...of('http_port monitor_port http https_port https', 'the monitor is on 8222; for HTTPS use spec.tls.enableHttps'),
  ...of('http_base_path', 'probes and tools expect the monitor at /'),
  ...of('server_name', 'it is the name of the pod; use spec.useServerName for one of your own'),
  ...of('client_advertise', use('pod.advertiseExternalIP')),
  ...of('pidfile pid_file', BY_ARGUMENT),
  ...of('logfile log_file syslog remote_syslog', 'logs go to standard error, where Kubernetes collects them'),
  ...of('debug', use('natsConfig.debug')),
  ...of('trace', use('natsConfig.trace')),
  ...of('logtime', use('natsConfig.disableLogtime')),
  ...of('write_deadline', use('natsConfig.write_deadline')),
  ...of('max_connections max_conn', use('natsConfig.maxConnections')),
  ...of('max_payload', use('natsConfig.maxPayload')),
  ...of('max_pending', use('natsConfig.maxPending')),
  ...of('max_subscriptions max_subs', use('natsConfig.maxSubscriptions')),
  ...of('max_control_line', use('natsConfig.maxControlLine')),
  ...of('lame_duck_duration', use('lameDuckDurationSeconds')),
  ...of('tls', use('tls')),
  ...of('authorization', use('auth')),
  ...of('accounts', 'use spec.auth, or spec.operatorConfig for accounts'),
  ...of('operator operators roots root root_operators root_operator', use('operatorConfig.secret')),
  ...of('trusted trusted_keys', use('operatorConfig.secret')),
  ...of('system_account system', use('operatorConfig.systemAccount')),
  ...of('resolver account_resolver accounts_resolver', use('operatorConfig.resolver')),
  ...of('resolver_preload', use('operatorConfig.resolverPreload')),
  ...of('leaf', 'write it as leafnodes'),
  ...of('ws', 'write it as websocket'),
  ...of('cluster.name', use('clusterName')),
  ...of('cluster.port cluster.listen', FIXED_PORT),
  ...of('cluster.host cluster.net', FIXED_ADDRESS),
  ...of('cluster.routes', use('size and spec.extraRoutes')),
  ...of('cluster.tls', use('tls.routesSecret')),
  ...of('cluster.authorization', use('auth.clusterAuthSecret')),
  ...of('cluster.no_advertise', use('noAdvertise')),
  ...of('cluster.cluster_advertise cluster.advertise cluster.connect_retries', BY_ARGUMENT),
  ...of('gateway.name', use('gatewayConfig.name')),
  ...of('gateway.port gateway.listen', use('gatewayConfig.hostPort')),
  ...of('gateway.host gateway.net', FIXED_ADDRESS),
  ...of('gateway.gateways', use('gatewayConfig.gateways')),
  ...of('gateway.reject_unknown gateway.reject_unknown_cluster', use('gatewayConfig.rejectUnknown')),
  ...of('gateway.tls', use('tls.gatewaySecret')),
  ...of('gateway.authorization', use('auth.gatewayAuthSecret')),
  ...of('gateway.advertise', use('pod.advertiseExternalIP')),
  ...of('leafnodes.port leafnodes.listen', use('leafnodeConfig.hostPort')),
  ...of('leafnodes.host leafnodes.net', FIXED_ADDRESS),
  ...of('leafnodes.remotes', use('leafnodeConfig.remotes')),
  ...of('leafnodes.tls', use('tls.leafnodeSecret')),
  ...of('leafnodes.advertise leafnodes.leafnode_advertise', use('pod.advertiseExternalIP')),
  ...of('websocket.port websocket.listen', use('websocketConfig.port')),
  ...of('websocket.host websocket.net', FIXED_ADDRESS),
  ...of('websocket.handshake_timeout', use('websocketConfig.handshakeTimeout')),
  ...of('websocket.compression websocket.compress', use('websocketConfig.compression')),
  ...of('websocket.tls websocket.no_tls', use('tls.websocketSecret')),
]);

function of(keys: string, instead: string): [string, string][] {
  return keys.split(' ').map(key => [key, instead]);
}
