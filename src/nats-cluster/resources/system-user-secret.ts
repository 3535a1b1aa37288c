import { childMetadata, type ChildSecret } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { systemUserSecretName } from '../spec/names';
import type { SystemUserKey } from '../spec/system-user';

/** The key of the Secret that holds the seed. */
export const SEED_KEY = 'seed';

/** The Secret of the operator's own user; undefined where the cluster has none. Servers know the public key alone. */
export function systemUserSecret(model: ResolvedCluster, key: SystemUserKey | undefined): ChildSecret | undefined {
  if (key === undefined || model.systemUser?.kind !== 'nkey') return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(model, systemUserSecretName(model.name)),
    type: 'Opaque',
    data: { [SEED_KEY]: Buffer.from(key.seed).toString('base64') },
  };
}
