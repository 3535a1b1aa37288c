import { managementServiceName } from '../spec/names';
import type { Problem } from '../../schema/problem';
import { allUrls } from '../spec/connections';
import type { ReviewedCluster } from './rule';
import { hostOf, type UrlRules, urlProblems, urlWarnings } from '../../nats/server-url';

const route: UrlRules = { schemes: ['nats', 'nats-route', 'tls'], example: 'nats://nats-a.example.com:6222' };
const gateway: UrlRules = { schemes: ['nats', 'tls'], example: 'nats://gateway.example.com:7222' };
const leaf: UrlRules = {
  schemes: ['nats', 'tls', 'nats-leaf', 'ws', 'wss'],
  withPath: ['ws', 'wss'],
  example: 'nats://hub.example.com:7422 or wss://hub.example.com:443',
};

interface Remote {
  readonly path: string;
  readonly url: string | undefined;
  readonly rules: UrlRules;
  /** Where its credentials belong instead of the URL. */
  readonly credentials: string;
}

/** The URLs of other servers, of routes, gateways and leaf nodes, are ones that the server can dial. */
export function remoteUrlsAreValid(cluster: ReviewedCluster): Problem[] {
  return remotes(cluster).flatMap(({ path, url, rules }) => urlProblems(path, url, rules));
}

/** A server does not start with a remote that it is to reach by websocket and otherwise (nats-server, server/leafnode.go, validateLeafNode). */
export function remotesAreOfOneKind({ spec }: ReviewedCluster): Problem[] {
  return (spec.leafnodeConfig?.remotes ?? []).flatMap((remote, index) => {
    const urls = allUrls(remote);
    const byWebsocket = urls.filter(url => /^wss?:/.test(url));
    if (byWebsocket.length === 0 || byWebsocket.length === urls.length) return [];
    const message = 'mixes URLs of websockets (ws://, wss://) with others, with which a server does not start';
    return [{ path: `spec.leafnodeConfig.remotes[${index}].urls`, message, hint: 'make it two remotes' }];
  });
}

/** Warns of credentials in URLs. */
export function remoteUrlsHoldNoCredentials(cluster: ReviewedCluster): Problem[] {
  return remotes(cluster).flatMap(({ path, url, credentials }) => urlWarnings(path, url, credentials));
}

/** No cluster routes to itself, and none is listed twice. */
export function extraRoutesDiffer({ name, namespace, spec }: ReviewedCluster): Problem[] {
  const routes = spec.extraRoutes ?? [];
  const service = managementServiceName(name);
  const own = [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
  return routes.flatMap((entry, index) => {
    const path = `spec.extraRoutes[${index}]`;
    const field = entry.cluster ? 'cluster' : 'route';
    if (entry.cluster === name || own.includes(hostOf(entry.route) ?? '')) {
      return [
        {
          path: `${path}.${field}`,
          message: 'is this cluster itself',
          hint: 'its own routes are configured already; leave it out',
        },
      ];
    }
    const isRepeated = routes.findIndex(other => other[field] === entry[field]) < index && entry[field];
    return isRepeated ? [{ path: `${path}.${field}`, message: 'is listed twice', hint: 'leave it out' }] : [];
  });
}

function remotes({ spec }: ReviewedCluster): Remote[] {
  const byRoute = (spec.extraRoutes ?? []).map(entry => entry.route);
  return [
    ...byRoute.map((url, index) => ({
      path: `spec.extraRoutes[${index}].route`,
      url,
      rules: route,
      credentials: 'use spec.auth.clusterAuthSecret',
    })),
    ...urlsOf('spec.gatewayConfig.gateways', spec.gatewayConfig?.gateways, gateway, 'use spec.auth.gatewayAuthSecret'),
    ...urlsOf(
      'spec.leafnodeConfig.remotes',
      spec.leafnodeConfig?.remotes,
      leaf,
      'use credentials, a file from a Secret',
    ),
  ];
}

interface Addressed {
  readonly url?: string;
  readonly urls?: readonly string[];
}

function urlsOf(list: string, entries: readonly Addressed[] = [], rules: UrlRules, credentials: string): Remote[] {
  return entries.flatMap(({ url, urls = [] }, index) => [
    { path: `${list}[${index}].url`, url, rules, credentials },
    ...urls.map((each, place) => ({ path: `${list}[${index}].urls[${place}]`, url: each, rules, credentials })),
  ]);
}
