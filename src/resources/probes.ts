import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { ClusterModel } from '../model/cluster-model';
import { ports } from '../model/ports';
import { isAtLeast } from '../model/server-version';

/** The probes of the nats container; the user's template may replace each. */
export function natsProbes(
  model: ClusterModel,
  base: V1Container | undefined,
): Pick<V1Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  // /healthz came with 2.7; it is asked for readiness alone, for a server that only waits for others must not be killed.
  const alive = '/varz';
  const ready = isAtLeast(model.version, '2.7.0') ? '/healthz' : alive;
  // The kubelet checks no certificate.
  const scheme = model.tls.httpsMonitor ? { scheme: 'HTTPS' } : {};
  const probe = (path: string, periodSeconds: number, failureThreshold: number): V1Probe => ({
    httpGet: { path, port: ports.monitoring, ...scheme },
    ...{ timeoutSeconds: 5, periodSeconds, failureThreshold },
  });
  return {
    startupProbe: base?.startupProbe ?? probe(alive, 1, 120),
    readinessProbe: base?.readinessProbe ?? probe(ready, 5, 3),
    livenessProbe: base?.livenessProbe ?? probe(alive, 10, 6),
  };
}
