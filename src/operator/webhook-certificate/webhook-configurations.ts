import type { KubeClient } from '../../runtime/kube-client';
import { readCertificates } from '../../x509/pem';

/** The name of both configurations in the manifests. */
const NAME = 'nats-operator';
const API_VERSION = 'admissionregistration.k8s.io/v1';
const KINDS = {
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
} as const;

interface ClientConfig {
  readonly caBundle?: string;
  readonly url?: string;
  readonly service?: { readonly name: string; readonly namespace: string };
}

/** A stored webhook configuration. */
export interface WebhookConfiguration {
  readonly kind: keyof typeof KINDS;
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig: ClientConfig }[];
}

/** Reads and updates the caBundle of the operator's webhook configurations. */
export class WebhookConfigurations {
  constructor(private readonly kube: KubeClient) {}

  /** The existing configurations of the two. */
  async read(): Promise<WebhookConfiguration[]> {
    const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
    const found = await Promise.all(
      kinds.map(async kind => ({ ...((await this.kube.get(pathOf(kind))) as object | undefined), kind })),
    );
    return found.filter((each): each is WebhookConfiguration => 'metadata' in each);
  }

  /**
   * Sets the CAs, one certificate in PEM format each, in every webhook. Writes nothing if all webhooks have the same
   * set of CAs.
   *
   * @throws ApiError 409 on conflict with another replica, whose CAs would be lost
   */
  async trust(configurations: readonly WebhookConfiguration[], authorities: readonly string[]): Promise<void> {
    const caBundle = Buffer.from(authorities.join('')).toString('base64');
    for (const { kind, metadata, webhooks = [] } of configurations) {
      if (webhooks.every(({ clientConfig }) => haveSame(trustedBy(clientConfig), authorities))) continue;
      const { uid, resourceVersion } = metadata;
      await this.kube.apply(pathOf(kind), {
        apiVersion: API_VERSION,
        kind,
        // The uid prevents that a deleted configuration is created again.
        metadata: { name: NAME, uid, resourceVersion },
        webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })),
      });
    }
  }
}

/** The CAs trusted by any of the configurations, one certificate in PEM format each. */
export function trustedCAs(configurations: readonly WebhookConfiguration[]): string[] {
  const clients = configurations.flatMap(({ webhooks = [] }) => webhooks.map(({ clientConfig }) => clientConfig));
  return [...new Set(clients.flatMap(trustedBy))];
}

const trustedBy = ({ caBundle = '' }: ClientConfig): string[] =>
  certificatesIn(Buffer.from(caBundle, 'base64').toString('utf8'));

/** Splits a PEM bundle into certificates; empty if one is malformed. */
export const certificatesIn = (pem: string): string[] => (readCertificates(pem) ?? []).map(String);

const haveSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every(each => others.includes(each));

const pathOf = (kind: keyof typeof KINDS): string => `/apis/${API_VERSION}/${KINDS[kind]}/${NAME}`;

/**
 * The server names that the API server expects in the serving certificate.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference
 */
export function serverNames(configurations: readonly WebhookConfiguration[]): string[] {
  const clients = configurations.flatMap(({ webhooks = [] }) => webhooks.map(({ clientConfig }) => clientConfig));
  return clients.flatMap(({ service, url }) => {
    if (service !== undefined) return [`${service.name}.${service.namespace}.svc`];
    return url === undefined ? [] : [new URL(url).hostname.replace(/^\[|\]$/g, '')];
  });
}
