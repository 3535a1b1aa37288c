import type { KubeClient } from '../../runtime/kube-client';
import { readCertificates } from '../../x509/pem';

/** What both configurations are called in our manifests. */
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

/** A configuration as the API server has it. */
export interface WebhookConfiguration {
  readonly kind: keyof typeof KINDS;
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig: ClientConfig }[];
}

/** Tells the API server whom it is to trust when it calls our webhooks. */
export class WebhookConfigurations {
  constructor(private readonly kube: KubeClient) {}

  /** Those of the two that are there. */
  async read(): Promise<WebhookConfiguration[]> {
    const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
    const found = await Promise.all(
      kinds.map(async kind => ({ ...((await this.kube.get(pathOf(kind))) as object | undefined), kind })),
    );
    return found.filter((each): each is WebhookConfiguration => 'metadata' in each);
  }

  /**
   * Puts these authorities, one certificate in PEM form each, into each webhook that has others. Where all have them already, in whatever order, nothing is
   * written.
   *
   * @throws ApiError 409 where another replica has written meanwhile: what it has put there would be lost
   */
  async trust(configurations: readonly WebhookConfiguration[], authorities: readonly string[]): Promise<void> {
    const caBundle = Buffer.from(authorities.join('')).toString('base64');
    for (const { kind, metadata, webhooks = [] } of configurations) {
      if (webhooks.every(({ clientConfig }) => haveSame(trustedBy(clientConfig), authorities))) continue;
      const { uid, resourceVersion } = metadata;
      await this.kube.apply(pathOf(kind), {
        apiVersion: API_VERSION,
        kind,
        // By its uid: what is gone meanwhile is not made anew.
        metadata: { name: NAME, uid, resourceVersion },
        webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })),
      });
    }
  }
}

/** The authorities that are trusted in any of them, one certificate in PEM form each. */
export function trustedCAs(configurations: readonly WebhookConfiguration[]): string[] {
  const clients = configurations.flatMap(({ webhooks = [] }) => webhooks.map(({ clientConfig }) => clientConfig));
  return [...new Set(clients.flatMap(trustedBy))];
}

const trustedBy = ({ caBundle = '' }: ClientConfig): string[] =>
  certificatesIn(Buffer.from(caBundle, 'base64').toString('utf8'));

/** One PEM text each; none where one can't be read. */
export const certificatesIn = (pem: string): string[] => (readCertificates(pem) ?? []).map(String);

const haveSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every(each => others.includes(each));

const pathOf = (kind: keyof typeof KINDS): string => `/apis/${API_VERSION}/${KINDS[kind]}/${NAME}`;

/**
 * What the API server expects a webhook's certificate to be for.
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
