import type { ClusterModel } from '../model/cluster-model';
import { ports } from '../model/ports';
import type { ConfBlock } from './conf';

/** The ports of clients and of the monitor, and how long a server takes to say goodbye. */
export function server({ lameDuckSeconds }: ClusterModel): ConfBlock {
  return {
    port: ports.client,
    http_port: ports.monitoring,
    lame_duck_duration: `${lameDuckSeconds}s`,
  };
}
