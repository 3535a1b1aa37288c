import type { NatsClusterSpec } from '../../../generated/nats-cluster';

/** What the servers of a cluster are to be connected to, besides each other. */
export interface Remotes {
  /** The names of the other clusters of the super-cluster. */
  readonly gateways: readonly string[];
  /** Of how many systems it is a leaf node. */
  readonly remotes: number;
  /** Whether it routes to servers that are not its own. */
  readonly routes: boolean;
}

/** The remotes of a valid spec: gateways, leaf node remotes and extra routes; undefined if there are none. */
export function namedRemotes({ gatewayConfig, leafnodeConfig, extraRoutes }: NatsClusterSpec): Remotes | undefined {
  // A list of gateways may be the same everywhere; a server passes over its own name.
  const gateways = (gatewayConfig?.gateways ?? []).map(({ name }) => name).filter(name => name !== gatewayConfig?.name);
  const remotes = leafnodeConfig?.remotes?.length ?? 0;
  const routes = (extraRoutes ?? []).length > 0;
  return gateways.length > 0 || remotes > 0 || routes ? { gateways, remotes, routes } : undefined;
}
