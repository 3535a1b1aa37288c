import { Capability, Log } from 'pepr';
import { safeErrorMessage } from '../src/runtime/safe-error-message';
import { MetadataInformers, type ObjectMetadata } from '../src/runtime/metadata-informer';
import { projectSecretMetadata } from '../src/nats-service-role/controller/projection';
import { collectionPaths } from '../src/runtime/scope';
import { controller, kube, scope } from './operator';

/**
 * Maps TLS, auth and token Secrets to the NatsClusters that reference them: a change enqueues these clusters, and their
 * reconciliation reads the Secret by name. Only metadata is watched; a Pepr watch would keep the content of every
 * Secret in memory.
 */
export const namedSecrets = new Capability({
  name: 'named-secrets',
  description: 'Applies changed certificates, users and credentials to the servers that use them',
});

const cachedMetadata = (namespace: string | undefined): ObjectMetadata[] =>
  [...controller.cached('Secret', namespace)].map(({ metadata = {} }) => metadata);

export function watchNamedSecrets(): void {
  const watches = new MetadataInformers(kube, collectionPaths(scope, '/api/v1', 'secrets'), {
    project: projectSecretMetadata,
    cached: cachedMetadata,
    onChange: (secret, phase) => controller.secretChanged(secret, phase),
    onListed: () => controller.secretsListed(),
    onError: error => Log.warn({ error: safeErrorMessage(error) }, 'Watch of Secrets failed, relisting'),
  });
  watches.run();
}
