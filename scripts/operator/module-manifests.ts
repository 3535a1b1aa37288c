import { parseAllDocuments, stringify } from 'yaml';
import { ADMISSION } from './names';
import type { ServingIdentity } from './serving-identity';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  data?: Record<string, string>;
  readonly webhooks?: readonly { readonly clientConfig: { caBundle?: string; service?: { path?: string } } }[];
}

/**
 * The manifests of a module as `pepr build` writes them (YAML, several documents), with the identity of the webhook that serves now in place of
 * the one that Pepr has just made. So the webhook answers throughout: pods of the old and of the new module bear the same
 * certificate and answer the same path.
 */
export function withIdentity(manifests: string, identity: ServingIdentity): string {
  const objects = parseAllDocuments(manifests).map(document => document.toJS() as Manifest);
  for (const object of objects) keep(object, identity);
  return objects.map(object => stringify(object)).join('---\n');
}

function keep(object: Manifest, { caBundle, certificate, key, apiPath }: ServingIdentity): void {
  if (object.metadata.name === `${ADMISSION}-tls`) object.data = { 'tls.crt': certificate, 'tls.key': key };
  if (object.metadata.name === `${ADMISSION}-api-path`)
    object.data = { value: Buffer.from(apiPath).toString('base64') };
  for (const { clientConfig } of object.webhooks ?? []) {
    clientConfig.caBundle = caBundle;
    if (clientConfig.service) clientConfig.service.path = clientConfig.service.path?.replace(/[^/]*$/, apiPath) ?? '';
  }
}
