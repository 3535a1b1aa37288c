import type { ClusterModel } from '../model/cluster-model';
import { clusterBlock } from './cluster';
import type { Conf } from './conf';
import { withExtra } from './extra';
import { knownTo } from './known-since';
import { limits } from './limits';
import { logging } from './logging';
import { server } from './server';

/** The configuration of a cluster's servers, the same for all: what differs by pod comes by argument. */
export function natsConf(model: ClusterModel): Conf {
  const ours: Conf = {
    ...server(model),
    ...logging(model),
    ...limits(model),
    cluster: clusterBlock(model),
  };
  return withExtra(knownTo(model.version, ours), model.natsConfig.extra);
}
