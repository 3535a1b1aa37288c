import { confKey } from '../../nats/conf/conf-key';
import { posix } from 'node:path';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { ADVERTISE_FOLDER } from '../spec/pod-parts';
import { authorizationBlock } from './authorization';
import { clusterBlock, gatewayBlock, leafnodesBlock, websocketBlock } from './connection-blocks';
import { INCLUDE, type Conf } from '../../nats/conf/conf';
import { withExtra } from './extra-config';
import { jetStreamBlock, serverTags } from './jetstream-block';
import { omitUnsupported } from '../../nats/conf/minimum-versions';
import { limits, logging, operatorOptions, server } from './server-options';
import { systemAccount } from './system-account';
import { serverNameIncludes } from './server-name';
import { withRouteRules } from '../../nats/conf/subject-rules';
import { clientTlsBlock } from './tls';

/** What the init container `bootconfig` writes: the addresses that a server gives out to clients, and to gateways and leaf nodes. */
export const advertiseFiles = {
  clients: posix.join(ADVERTISE_FOLDER, 'client_advertise.conf'),
  gateways: posix.join(ADVERTISE_FOLDER, 'gateway_advertise.conf'),
} as const;

/** The configuration of a cluster's servers, the same for all: what differs by pod comes by argument or by variable. */
export function natsConf(model: ResolvedCluster): Conf {
  const { tls, gateway, gatewayCredentials, leafnodes, websocket, operator } = model;
  const isExternal = model.pod.bootconfigImage !== undefined;
  const advertise = isExternal ? advertiseFiles.gateways : undefined;
  const includes = [...serverNameIncludes(model), ...(isExternal ? [advertiseFiles.clients] : [])];
  const ours: Conf = {
    ...(includes.length > 0 ? { [INCLUDE]: includes } : {}),
    ...server(model),
    ...logging(model),
    ...limits(model),
    tls: tls.server && clientTlsBlock(tls.server, tls.client),
    authorization: authorizationBlock(model.auth),
    ...systemAccount(model),
    ...(operator && operatorOptions(operator)),
    jetstream: model.jetstream && jetStreamBlock(model.jetstream),
    ...serverTags(model.jetstream),
    cluster: model.isStandalone ? undefined : clusterBlock(model),
    gateway: gateway && gatewayBlock(gateway, { tls: tls.gateway, credentials: gatewayCredentials, advertise }),
    leafnodes: leafnodes && leafnodesBlock(leafnodes, tls.leafnode, advertise),
    websocket: websocket && websocketBlock(websocket, tls.websocket),
  };
  return withRouteRules(withExtra(omitUnsupported(model.version, ours), extraOf(model)));
}

/** A server that is not clustered has no block that `natsConfig.extra.cluster` could add to. */
function extraOf({ natsConfig: { extra }, isStandalone }: ResolvedCluster): typeof extra {
  if (!isStandalone) return extra;
  return Object.fromEntries(Object.entries(extra ?? {}).filter(([key]) => confKey(key) !== 'cluster'));
}
