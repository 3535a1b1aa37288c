import { stringify } from 'yaml';
import { type ClusterAccess, tryKubectl } from '../operator/cluster-access';

/** A mistake that no schema can see: the server itself would not start with it. */
const MISTAKEN = stringify({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name: 'mistaken' },
  spec: { natsConfig: { extra: { ping_intervall: '30s', max_payload: 1024 } } },
});

/** Tries to create a cluster with two mistakes, and returns what the user reads. Nothing is stored. Throws where it is not refused. */
export async function showRefusal(cluster: ClusterAccess): Promise<string> {
  const { code, stderr } = await tryKubectl(cluster, ['create', '--dry-run=server', '-f', '-'], MISTAKEN);
  if (code === 0) throw new Error('a spec with two mistakes was accepted: the webhook does not validate');
  if (!stderr.includes('ping_intervall')) throw new Error(stderr.trim());
  return stderr.trim();
}
