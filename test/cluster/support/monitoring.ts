import type { V1Pod } from '@kubernetes/client-node';
import { monitorHttp } from '../../../src/nats-cluster/monitoring/monitor-http';
import { monitorScheme } from '../../../src/nats-cluster/monitoring/monitor-scheme';
import { isReady } from './objects';

const http = monitorHttp();

/** What a server's monitoring port answers at that path; it speaks what the pod's probes speak, unless told otherwise. */
export async function monitor<T>(pod: V1Pod, path: string, scheme = monitorScheme(pod)): Promise<T> {
  const url = new URL(`${scheme}://${pod.status?.podIP ?? ''}:8222/${path}`);
  const { status, body } = await http.send(url, { method: 'GET' });
  if (status !== 200) throw new Error(`${url.href} is answered with ${status}`);
  return body as T;
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
