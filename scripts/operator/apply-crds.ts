import { join } from 'node:path';
import { until } from '../../tools/toolchain/until';
import { projectRoot } from '../image/project-root';
import { type ClusterAccess, kubectl, readObject } from './cluster-access';

const CRDS = ['natsclusters.nats.io', 'natsserviceroles.nats.io'];
const SERVED_MS = 30_000;

interface Definitions {
  readonly items: readonly {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

/** Applies crds/*.yaml and returns when the API server serves the kinds. */
export async function applyCrds(cluster: ClusterAccess): Promise<void> {
  const asInstaller = ['--server-side', '--force-conflicts', '--field-manager=nats-operator-install'];
  await kubectl(cluster, ['apply', ...asInstaller, '-f', join(projectRoot, 'crds')]);
  if (await until(() => areServed(cluster), SERVED_MS)) return;
  throw new Error(`the API server does not serve ${CRDS.join(', ')} after ${SERVED_MS / 1000} s`);
}

/** Not by `kubectl wait`, which fails on a definition that is so new that it has no condition at all. */
async function areServed(cluster: ClusterAccess): Promise<boolean> {
  const definitions = await readObject<Definitions>(cluster, ['crd', ...CRDS]);
  const isEstablished = ({ status }: Definitions['items'][number]) =>
    (status?.conditions ?? []).some(({ type, status: value }) => type === 'Established' && value === 'True');
  return definitions?.items.every(isEstablished) ?? false;
}
