import { X509Certificate } from 'node:crypto';
import { type ClusterAccess, readObject } from './cluster-access';
import { ADMISSION, NAMESPACE } from './names';

/** What the API server and the webhook's pods know each other by; all but the path are base64, as the API has them. */
export interface ServingIdentity {
  readonly caBundle: string;
  readonly certificate: string;
  readonly key: string;
  /** The secret end of the webhook's path. */
  readonly apiPath: string;
}

interface Secret {
  readonly data?: Readonly<Record<string, string>>;
}

interface WebhookConfiguration {
  readonly webhooks?: readonly {
    readonly clientConfig: { readonly caBundle?: string; readonly service?: { path?: string } };
  }[];
}

const RENEW_BEFORE_MS = 60 * 24 * 3600 * 1000;

/**
 * The identity by which the deployed webhook serves; undefined where nothing is deployed, where its parts do not fit each other, as after a
 * deployment that broke off, or where the certificate is about to expire.
 */
export async function servingIdentity(cluster: ClusterAccess, now: Date): Promise<ServingIdentity | undefined> {
  const secret = (name: string) => readObject<Secret>(cluster, ['secret', '-n', NAMESPACE, `${ADMISSION}-${name}`]);
  const webhooks = (kind: string) => readObject<WebhookConfiguration>(cluster, [kind, ADMISSION]);
  const [tls, path, ...configurations] = await Promise.all([
    secret('tls'),
    secret('api-path'),
    webhooks('mutatingwebhookconfiguration'),
    webhooks('validatingwebhookconfiguration'),
  ]);
  const identity: ServingIdentity = {
    caBundle: configurations[0]?.webhooks?.[0]?.clientConfig.caBundle ?? '',
    certificate: tls?.data?.['tls.crt'] ?? '',
    key: tls?.data?.['tls.key'] ?? '',
    apiPath: decode(path?.data?.value ?? ''),
  };
  const complete = Object.values(identity).every(part => part !== '');
  return complete && configurations.every(each => pointsTo(each, identity)) && isGood(identity, now)
    ? identity
    : undefined;
}

function pointsTo(configuration: WebhookConfiguration | undefined, identity: ServingIdentity): boolean {
  const client = configuration?.webhooks?.[0]?.clientConfig;
  return client?.caBundle === identity.caBundle && (client.service?.path ?? '').endsWith(`/${identity.apiPath}`);
}

function isGood({ caBundle, certificate }: ServingIdentity, now: Date): boolean {
  const leaf = new X509Certificate(decode(certificate));
  const signed = leaf.verify(new X509Certificate(decode(caBundle)).publicKey);
  return signed && Date.parse(leaf.validTo) - now.getTime() > RENEW_BEFORE_MS;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
