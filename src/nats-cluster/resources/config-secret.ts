import { childMetadata, type ChildSecret, type ClusterIdentity } from '../child';
import { CONFIG_MOUNTED_ANNOTATION, USER_SOURCES_ANNOTATION } from '../spec/labels';
import { configSecretName } from '../spec/names';

/** What the Secret of nats.conf holds. */
export interface ConfigContent {
  /** `nats.conf`, and one file for each restart generation that lives. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether there have been servers that read it. */
  readonly isInUse: boolean;
  /** Where its users came from, as `describeSources` tells it; undefined where they came from no Secret. */
  readonly userSources: string | undefined;
}

/** The Secret of nats.conf. */
export function configSecret(model: ClusterIdentity, { files, isInUse, userSources }: ConfigContent): ChildSecret {
  const annotations: Record<string, string> = {
    ...(isInUse ? { [CONFIG_MOUNTED_ANNOTATION]: 'true' } : {}),
    ...(userSources === undefined ? {} : { [USER_SOURCES_ANNOTATION]: userSources }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(model, configSecretName(model.name), { annotations }),
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  };
}
