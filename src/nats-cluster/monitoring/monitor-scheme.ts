import type { V1Pod } from '@kubernetes/client-node';
import { NATS_CONTAINER } from '../spec/pod-parts';
import { ports } from '../spec/ports';

/**
 * How the monitor of a pod is spoken to, as the pod's own probes do it: during a roll to HTTPS, old and new servers stand side
 * by side.
 */
export function monitorScheme({ spec }: V1Pod): 'http' | 'https' {
  const server = spec?.containers.find(({ name }) => name === NATS_CONTAINER);
  const probes = [server?.startupProbe, server?.readinessProbe, server?.livenessProbe];
  const isHttps = probes.some(probe => probe?.httpGet?.port === ports.monitoring && probe.httpGet.scheme === 'HTTPS');
  return isHttps ? 'https' : 'http';
}
