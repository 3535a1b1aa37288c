import type { ClusterModel } from '../model/cluster-model';
import { ports } from '../model/ports';
import type { ConfBlock } from './conf';

/** The ports of clients and of the monitor, and how long a server takes to say goodbye. */
export function server({ lameDuckSeconds, tls }: ClusterModel): ConfBlock {
  return {
    port: ports.client,
    ...(tls.httpsMonitor ? { https_port: ports.monitoring } : { http_port: ports.monitoring }),
    lame_duck_duration: `${lameDuckSeconds}s`,
  };
}
