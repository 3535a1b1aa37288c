import type { ResolvedCluster } from '../spec/resolve-cluster';
import { ports } from '../spec/ports';
import type { ConfBlock } from '../../nats/conf/conf';
import { omitZero } from '../spec/omit-zero';
import { posix } from 'node:path';
import type { ResolvedOperatorConfig } from '../spec/operator-config';
import { OPERATOR_JWT_FOLDER } from '../spec/pod-parts';
import { OPERATOR_JWT_KEY } from '../secrets/operator-jwt';

/** The ports of clients and of the monitor, and how long a server takes to say goodbye. */
export function server({ lameDuckSeconds, tls }: ResolvedCluster): ConfBlock {
  return {
    port: ports.client,
    ...(tls.httpsMonitor ? { https_port: ports.monitoring } : { http_port: ports.monitoring }),
    lame_duck_duration: `${lameDuckSeconds}s`,
  };
}

/**
 * What clients may take: connections, subscriptions, bytes and time. What is not set is left to the server;
 * printed, `max_connections: 0` would mean no limit (nats-server v2.15.2, server/opts.go).
 */
export function limits({ natsConfig }: ResolvedCluster): ConfBlock {
  return {
    write_deadline: omitZero(natsConfig.write_deadline),
    max_connections: omitZero(natsConfig.maxConnections),
    max_payload: omitZero(natsConfig.maxPayload),
    max_pending: omitZero(natsConfig.maxPending),
    max_subscriptions: omitZero(natsConfig.maxSubscriptions),
    max_control_line: omitZero(natsConfig.maxControlLine),
  };
}

/** What the server writes to its log, where that differs from its own default. */
export function logging({ natsConfig: { debug, trace, disableLogtime } }: ResolvedCluster): ConfBlock {
  return {
    debug: omitZero(debug),
    trace: omitZero(trace),
    logtime: disableLogtime ? false : undefined,
  };
}

/** Who signs accounts, and where servers find them. */
export function operatorOptions({ systemAccount, resolver, preload }: ResolvedOperatorConfig): ConfBlock {
  return {
    operator: posix.join(OPERATOR_JWT_FOLDER, OPERATOR_JWT_KEY),
    system_account: systemAccount,
    resolver,
    resolver_preload: preload,
  };
}
