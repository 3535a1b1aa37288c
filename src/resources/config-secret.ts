import { childMetadata, type ChildSecret } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { configSecretName } from '../model/names';

/** The Secret of nats.conf. `files` holds `nats.conf` and one file for each restart generation that lives. */
export function configSecret(model: ClusterModel, files: Readonly<Record<string, string>>): ChildSecret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(model, configSecretName(model.name)),
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  };
}
