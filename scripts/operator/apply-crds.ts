import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { type ClusterAccess, kubectl } from './cluster-access';

const CRDS = ['natsclusters.nats.io', 'natsserviceroles.nats.io'];

/** Applies crds/*.yaml and returns when the API server serves the kinds. */
export async function applyCrds(cluster: ClusterAccess): Promise<void> {
  const asInstaller = ['--server-side', '--force-conflicts', '--field-manager=nats-operator-install'];
  await kubectl(cluster, ['apply', ...asInstaller, '-f', join(projectRoot, 'crds')]);
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=30s', ...CRDS.map(name => `crd/${name}`)]);
}
