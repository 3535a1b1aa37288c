import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { resolveGateway, resolveLeafnodes, resolveWebsocket } from './connections';
import { ports } from './ports';
import { tlsConnections, type TlsConnection } from './tls-files';

/** The ports on which the servers of a spec present a certificate, by the kind of connection. */
export function tlsPorts(spec: NatsClusterSpec): ReadonlyMap<TlsConnection, number> {
  const { tls = {}, gatewayConfig, leafnodeConfig, websocketConfig } = spec;
  const listening: Readonly<Record<TlsConnection, number | undefined>> = {
    server: ports.client,
    routes: ports.cluster,
    gateway: gatewayConfig && resolveGateway(gatewayConfig).port,
    leafnode: leafnodeConfig && resolveLeafnodes(leafnodeConfig).port,
    websocket: websocketConfig && resolveWebsocket(websocketConfig).port,
  };
  const secured = tlsConnections.filter(connection => tls[`${connection}Secret`]);
  return new Map(
    secured.flatMap((connection): [TlsConnection, number][] => {
      const port = listening[connection];
      return port === undefined ? [] : [[connection, port]];
    }),
  );
}
