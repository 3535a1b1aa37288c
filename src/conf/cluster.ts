import type { ClusterModel } from '../model/cluster-model';
import { ports } from '../model/ports';
import type { ConfBlock } from './conf';

/** The block `cluster`: how the servers find each other. A server that dials itself notices and lets go. */
export function clusterBlock({ clusterName, routes }: ClusterModel): ConfBlock {
  return { name: clusterName, port: ports.cluster, routes: withoutRepeats(routes) };
}

/** The server refuses to check a file that names a route twice. */
const withoutRepeats = (routes: readonly string[]): string[] => [...new Set(routes)];
