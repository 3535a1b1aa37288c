import type { V1Pod } from '@kubernetes/client-node';
import { isReady } from './objects';

/** What a server's monitoring port answers at that path. */
export async function monitor<T>(pod: V1Pod, path: string): Promise<T> {
  const response = await fetch(`http://${pod.status?.podIP ?? ''}:8222/${path}`, { signal: AbortSignal.timeout(2000) });
  return (await response.json()) as T;
}

interface Routez {
  readonly server_id: string;
  readonly routes: readonly { readonly remote_id: string }[];
}

/** Whether every pod is ready and has routes to every other one, as /routez of each says. */
export async function areMeshed(pods: readonly V1Pod[]): Promise<boolean> {
  if (!pods.every(isReady)) return false;
  const servers = await Promise.all(pods.map(pod => monitor<Routez>(pod, 'routez')));
  return servers.every(({ server_id: own, routes }) => {
    const reached = new Set(routes.map(({ remote_id: remote }) => remote));
    return servers.every(({ server_id: other }) => other === own || reached.has(other));
  });
}
