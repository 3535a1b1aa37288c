import type { ClusterModel } from '../model/cluster-model';
import { ports } from '../model/ports';
import type { ConfBlock } from './conf';
import { loginBlock } from './login';
import { tlsBlock } from './tls';

/** The block `cluster`: how the servers find each other. A server that dials itself notices and lets go. */
export function clusterBlock({ clusterName, routes, clusterLogin, tls }: ClusterModel): ConfBlock {
  return {
    name: clusterName,
    port: ports.cluster,
    authorization: clusterLogin && loginBlock(clusterLogin),
    tls: tls.routes && tlsBlock(tls.routes),
    routes: withoutRepeats(routes),
  };
}

/** The server refuses to check a file that names a route twice. */
const withoutRepeats = (routes: readonly string[]): string[] => [...new Set(routes)];
