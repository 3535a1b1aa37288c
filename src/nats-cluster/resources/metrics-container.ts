import type { V1Container, V1EnvVar, V1VolumeMount } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { managementServiceName } from '../spec/names';
import { ports } from '../spec/ports';
import { containerSecurityContext } from './security';

/** How Prometheus finds the exporter. */
export const scrapeAnnotations: Readonly<Record<string, string>> = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(ports.metrics),
};

/** The sidecar that exports the monitor's answers as metrics, where the spec requests one. `nats` is the server's container. */
export function metricsContainers(model: ResolvedCluster, nats: V1Container): V1Container[] {
  const { metrics } = model.pod;
  if (metrics === undefined) return [];
  return [
    {
      name: 'metrics',
      image: metrics.image,
      imagePullPolicy: metrics.pullPolicy,
      args: ['-connz', '-routez', '-subz', '-varz', ...jetStreamCollector(model), ...monitorUrl(model)],
      ports: [{ name: 'metrics', containerPort: ports.metrics, protocol: 'TCP' }],
      ...trust(model, nats),
      securityContext: containerSecurityContext,
    },
  ];
}

/** Streams, and not their consumers: those would be ten series each, of which all are new whenever a leader changes. */
const jetStreamCollector = ({ jetstream }: ResolvedCluster): string[] =>
  jetstream === undefined ? [] : ['-jsz=streams'];

/** By HTTPS the server is queried by its name in the mesh: certificates cover that rather than localhost. */
function monitorUrl({ name, tls }: ResolvedCluster): string[] {
  if (!tls.httpsMonitor) return [`http://localhost:${ports.monitoring}`];
  return [`https://$(POD_NAME).${managementServiceName(name)}.$(POD_NAMESPACE).svc:${ports.monitoring}`];
}

/** The exporter is a Go program, which finds the authorities that it trusts by SSL_CERT_FILE. @see https://pkg.go.dev/crypto/x509#SystemCertPool */
function trust({ tls }: ResolvedCluster, nats: V1Container): { env?: V1EnvVar[]; volumeMounts?: V1VolumeMount[] } {
  if (!tls.httpsMonitor) return {};
  const ca = tls.server?.ca;
  return {
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      ...(ca === undefined ? [] : [{ name: 'SSL_CERT_FILE', value: ca }]),
    ],
    volumeMounts: (nats.volumeMounts ?? []).filter(({ mountPath }) => ca?.startsWith(`${mountPath}/`)),
  };
}
