import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { ports } from '../spec/ports';
import { isAtLeast } from '../../nats/server-version';

/** The probes of the nats container; the user's template may replace each. */
export function natsProbes(
  model: ResolvedCluster,
  base: V1Container | undefined,
): Pick<V1Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const alive = '/varz';
  // The kubelet checks no certificate.
  const scheme = model.tls.httpsMonitor ? { scheme: 'HTTPS' } : {};
  const probe = (path: string, periodSeconds: number, failureThreshold: number): V1Probe => ({
    httpGet: { path, port: ports.monitoring, ...scheme },
    ...{ timeoutSeconds: 5, periodSeconds, failureThreshold },
  });
  return {
    startupProbe: base?.startupProbe ?? probe(alive, 1, 120),
    readinessProbe: base?.readinessProbe ?? probe(readinessPath(model), 5, 3),
    livenessProbe: base?.livenessProbe ?? probe(alive, 10, 6),
  };
}

/**
 * /healthz came with 2.7; it is asked for readiness alone, for a server that only waits for others must not be killed. With JetStream it fails for each stream
 * that is not healthy, and for want of a meta leader, while clients can be served: then it is asked only whether JetStream was switched off.
 */
function readinessPath({ version, hasJetStream }: ResolvedCluster): string {
  if (!isAtLeast(version, '2.7.0')) return '/varz';
  return hasJetStream && isAtLeast(version, '2.9.0') ? JETSTREAM_READINESS : '/healthz';
}

/** @see nats-server, server/monitor.go, healthz: the parameter in v2.9.25 to v2.15.2 */
export const JETSTREAM_READINESS = '/healthz?js-enabled-only=true';
