import type { ClusterModel } from '../model/cluster-model';
import type { ConfBlock } from './conf';

const SYSTEM = '$SYS';

/**
 * A server that takes both leaf nodes and gateways does not start unless its system account is named, though it makes one up
 * otherwise: "leaf nodes and gateways (both being defined) require a system account to also be configured" (nats-server v2.15.2,
 * server/leafnode.go, validateLeafNode). With accounts by JWT, it is for the operator's JWT or the spec to name it.
 */
export function systemAccount({ gateway, leafnodes, operator }: ClusterModel): ConfBlock {
  if (gateway === undefined || leafnodes?.port === undefined || operator !== undefined) return {};
  return { system_account: SYSTEM, accounts: { [SYSTEM]: {} } };
}
