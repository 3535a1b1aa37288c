import { Capability, Log } from 'pepr';
import { safeErrorMessage } from '../src/runtime/safe-error-message';
import { MetadataInformers, type ObjectMetadata } from '../src/runtime/metadata-informer';
import { projectSecretMetadata } from '../src/nats-cluster/controller/projection';
import { collectionPaths } from '../src/runtime/scope';
import { controller, kube, scope } from './operator';

/**
 * Maps TLS and auth Secrets to the NatsClusters whose specs name them: a changed one gives its clusters a turn, and that turn
 * reads it by its name; the Secrets of service accounts' tokens give their clusters a turn as well. Only metadata is watched, for a Pepr watch would hold the content of every Secret there is.
 */
export const namedSecrets = new Capability({
  name: 'named-secrets',
  description: 'Brings changed certificates, users and logins to the servers that use them',
});

const heldMetadata = (namespace: string | undefined): ObjectMetadata[] =>
  [...controller.held('Secret', namespace)].map(({ metadata = {} }) => metadata);

export function watchNamedSecrets(): void {
  const watches = new MetadataInformers(kube, collectionPaths(scope, '/api/v1', 'secrets'), {
    project: projectSecretMetadata,
    held: heldMetadata,
    onChange: (secret, phase) => controller.secretChanged(secret, phase),
    onListed: () => controller.secretsListed(),
    onError: error => Log.warn({ error: safeErrorMessage(error) }, 'the watch of Secrets broke and is begun again'),
  });
  watches.run();
}
