import { classifyError } from '../runtime/api-error';
import type { KubeClient } from '../runtime/kube-client';

const PATH = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/nats-operator';

interface Configuration {
  readonly webhooks?: readonly { readonly clientConfig?: { readonly service?: { readonly namespace?: string } } }[];
}

/**
 * The namespace of the operator that administrators have put in charge of all namespaces: the webhook configuration `nats-operator`, which only they may write,
 * sends the API server to it.
 *
 * @returns undefined where there is no such configuration, where it names no Service, and where it may not be read
 */
export async function appointedNamespace(kube: Pick<KubeClient, 'get'>): Promise<string | undefined> {
  try {
    const found = (await kube.get(PATH)) as Configuration | undefined;
    return found?.webhooks?.find(({ clientConfig }) => clientConfig?.service !== undefined)?.clientConfig?.service
      ?.namespace;
  } catch (error) {
    if (classifyError(error).kind === 'refused') return undefined;
    throw error;
  }
}
