import type { KubeClient } from '../controller/kube-client';

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
  readonly metadata: { readonly uid: string };
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

  /** Puts these authorities, in PEM form, into each webhook that has others. A second time it writes nothing. */
  async trust(configurations: readonly WebhookConfiguration[], authorities: string): Promise<void> {
    const caBundle = Buffer.from(authorities).toString('base64');
    for (const { kind, metadata, webhooks = [] } of configurations) {
      if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) continue;
      await this.kube.apply(pathOf(kind), {
        apiVersion: API_VERSION,
        kind,
        // By its uid: what is gone meanwhile is not made anew.
        metadata: { name: NAME, uid: metadata.uid },
        webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })),
      });
    }
  }
}

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
