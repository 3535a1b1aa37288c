import { type ClusterAccess, tryKubectl } from './cluster-access';

const BARE = JSON.stringify({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name: 'webhook-probe', namespace: 'default' },
  spec: {},
});

/** Whether the API server reaches the mutating webhook: a cluster without a version, tried and not stored, comes back with one. */
export async function webhookAnswers(cluster: ClusterAccess): Promise<boolean> {
  const { code, stdout } = await tryKubectl(cluster, ['create', '--dry-run=server', '-o', 'json', '-f', '-'], BARE);
  if (code !== 0) return false;
  const { spec } = JSON.parse(stdout) as { spec: { version?: string } };
  return spec.version !== undefined;
}
