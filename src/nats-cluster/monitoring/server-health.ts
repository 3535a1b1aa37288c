import type { V1Pod } from '@kubernetes/client-node';
import { NATS_CONTAINER } from '../spec/pod-parts';
import { ports } from '../spec/ports';
import type { HttpClient } from '../../runtime/http';
import { monitorUrl } from './monitor-url';

/** JetStream's own words are a line. */
const MAX_BYTES = 16_000;

/**
 * Why a server is not ready, in its own words: Kubernetes keeps of a failed probe the status code alone. Undefined where it is, or says nothing.
 */
export async function askHealth(http: HttpClient, pod: V1Pod): Promise<string | undefined> {
  const nats = pod.spec?.containers.find(({ name }) => name === NATS_CONTAINER);
  const { path, port } = nats?.readinessProbe?.httpGet ?? {};
  if (path === undefined || port !== ports.monitoring || !pod.status?.podIP) return undefined;
  try {
    const how = { method: 'GET', tenant: pod.metadata?.namespace ?? '', maxBytes: MAX_BYTES } as const;
    return healthProblem(path, await http.send(monitorUrl(pod, path), how));
  } catch {
    // What can't be reached has nothing to say; the kubelet may still reach it.
    return undefined;
  }
}

/** What an answer to a readiness probe says is wrong: `/healthz answers 503: JetStream is not current with the meta leader`. */
export function healthProblem(path: string, { status, body }: { status: number; body: unknown }): string | undefined {
  if (status === 200) return undefined;
  const words = typeof body === 'object' && body !== null && 'error' in body ? `: ${String(body.error)}` : '';
  return `${path} answers ${status}${words}`;
}
