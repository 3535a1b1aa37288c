import { childMetadata, type ChildSecret } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { IN_USE_ANNOTATION } from '../model/labels';
import { configSecretName } from '../model/names';

/** What the Secret of nats.conf holds. */
export interface ConfigContent {
  /** `nats.conf`, and one file for each restart generation that lives. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether there have been servers that read it. */
  readonly isInUse: boolean;
}

/** The Secret of nats.conf. */
export function configSecret(model: ClusterModel, { files, isInUse }: ConfigContent): ChildSecret {
  const annotations: Record<string, string> = isInUse ? { [IN_USE_ANNOTATION]: 'true' } : {};
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(model, configSecretName(model.name), { annotations }),
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  };
}
