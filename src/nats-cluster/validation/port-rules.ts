import { extraPorts } from '../spec/extra-ports';
import { ownPorts } from '../spec/pod-parts';
import { ports } from '../spec/ports';
import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';
import { fieldPath } from '../../schema/schema';
import { hostPorts } from '../spec/host-ports';

const LAST_PORT = 65_535;

/** A port of `natsConfig.extra` is one that nothing else in the pod listens on: a server that finds it taken does not start. */
export function extraPortsAreFree({ spec }: ReviewedCluster): Problem[] {
  // The exporter comes and goes by a switch: its port is kept free for it.
  const taken = new Map([[ports.metrics as number, 'metrics'], ...ownPorts(spec)]);
  return extraPorts(spec).flatMap(({ keys, port, use }) => {
    const path = keys.reduce(fieldPath, 'spec.natsConfig.extra');
    if (port > LAST_PORT) return [{ path, message: `must be a port from 1 to ${LAST_PORT}, got ${port}` }];
    const other = taken.get(port);
    taken.set(port, use);
    if (other === undefined) return [];
    return [{ path, message: `port ${port} is in use in this pod (${other})`, hint: 'choose another port' }];
  });
}

/** Warns that servers with a port of their node can't share one. */
export function hostPortsNeedNodes({ spec }: ReviewedCluster): Problem[] {
  const size = spec.size ?? 1;
  const used = hostPorts(spec);
  if (used.length === 0 || size < 2) return [];
  return [
    {
      path: 'spec.size',
      message: `each server uses ${list(used)} of its node, so ${size} servers need ${size} nodes`,
      hint: 'servers without a node of their own stay Pending',
    },
  ];
}

/** Warns of servers on their node's network that ask the node's DNS: it does not know the names of their routes. */
export function hostNetworkKnowsTheCluster({ spec }: ReviewedCluster): Problem[] {
  const { hostNetwork, dnsPolicy } = spec.template?.spec ?? {};
  if (!hostNetwork || (dnsPolicy !== 'ClusterFirst' && dnsPolicy !== 'Default')) return [];
  return [
    {
      path: 'spec.template.spec.dnsPolicy',
      message: `${dnsPolicy} uses the DNS of the node with hostNetwork, which does not resolve the names of the servers`,
      hint: 'use ClusterFirstWithHostNet, or leave dnsPolicy out',
    },
  ];
}

const list = (ports: readonly number[]): string => ports.map(port => `port ${port}`).join(' and ');

const PATH = 'spec.pod.advertiseExternalIP';

/** Warns where the pods hardly may read their node, which every namespace's own account may not. */
export function nodesCanBeRead({ spec }: ReviewedCluster): Problem[] {
  const { serviceAccountName, serviceAccount } = spec.template?.spec ?? {};
  if (!spec.pod?.advertiseExternalIP || serviceAccountName || serviceAccount) return [];
  return [
    {
      path: PATH,
      message: "the pods read their node as the namespace's default ServiceAccount, which usually is not allowed to",
      hint: 'set spec.template.spec.serviceAccountName to one that may get nodes',
    },
  ];
}

/** Warns if an address is advertised to clients at which nothing listens. */
export function advertisedPortIsOpen({ spec }: ReviewedCluster): Problem[] {
  const isOpen = spec.pod?.enableClientsHostPort === true || spec.template?.spec?.hostNetwork === true;
  if (!spec.pod?.advertiseExternalIP || isOpen) return [];
  return [
    {
      path: PATH,
      message: 'port 4222 of the node is advertised to clients, but no server listens there',
      hint: 'set spec.pod.enableClientsHostPort',
    },
  ];
}
