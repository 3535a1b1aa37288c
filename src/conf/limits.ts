import type { ClusterModel } from '../model/cluster-model';
import { given } from '../model/given';
import type { ConfBlock } from './conf';

/**
 * What clients may take: connections, subscriptions, bytes and time. What is not given is left to the server;
 * printed, `max_connections: 0` would mean no limit (nats-server v2.15.2, server/opts.go).
 */
export function limits({ natsConfig }: ClusterModel): ConfBlock {
  return {
    write_deadline: given(natsConfig.write_deadline),
    max_connections: given(natsConfig.maxConnections),
    max_payload: given(natsConfig.maxPayload),
    max_pending: given(natsConfig.maxPending),
    max_subscriptions: given(natsConfig.maxSubscriptions),
    max_control_line: given(natsConfig.maxControlLine),
  };
}
