import { classifyError } from '../runtime/api-error';
import type { KubeClient } from '../runtime/kube-client';

const PATH = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/nats-operator';

interface Configuration {
  readonly webhooks?: readonly { readonly clientConfig?: { readonly service?: { readonly namespace?: string } } }[];
}

/**
 * The namespace of the operator appointed by administrators to manage all namespaces: the one that the webhook
 * configuration `nats-operator` references, which only administrators may write.
 *
 * @returns undefined if there is no such configuration, it references no Service, or reading it is forbidden
 */
export async function appointedNamespace(kube: Pick<KubeClient, 'get'>): Promise<string | undefined> {
  try {
    const found = (await kube.get(PATH)) as Configuration | undefined;
    return found?.webhooks?.find(({ clientConfig }) => clientConfig?.service !== undefined)?.clientConfig?.service
      ?.namespace;
  } catch (error) {
    if (classifyError(error).kind === 'rejected') return undefined;
    throw error;
  }
}
