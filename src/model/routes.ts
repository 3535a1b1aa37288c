import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { managementServiceName, ordinals, podHost, podName } from './names';
import { ports } from './ports';
import type { Login } from './secrets/login';

/**
 * The URLs that every server dials: one for each of our own ordinals, then the spec's extra routes in their order. A URL without
 * a login of its own gets the cluster's: a server knows no other way to log in to the routes that it is told to dial.
 */
export function resolveRoutes(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  size: number,
  extraRoutes: NatsClusterSpec['extraRoutes'] = [],
  login?: Login,
): string[] {
  const own = ordinals(size).map(
    ordinal => `nats://${podHost(name, namespace, podName(name, ordinal))}:${ports.cluster}`,
  );
  const extra = extraRoutes.flatMap(({ cluster, route }) => {
    if (route) return [route];
    return cluster ? [`nats://${managementServiceName(cluster)}:${ports.cluster}`] : [];
  });
  return login === undefined ? [...own, ...extra] : [...own, ...extra].map(url => withLogin(url, login));
}

function withLogin(url: string, { username, password }: Login): string {
  const [scheme = '', rest = ''] = url.split('://');
  return rest.includes('@') ? url : `${scheme}://${encode(username)}:${encode(password)}@${rest}`;
}

/** All that may not stand in a login as it is; encodeURIComponent leaves out what RFC 3986 reserves. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
