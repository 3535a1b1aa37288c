import { kubectl } from '../kubectl';

/** The two configurations as our manifests have them, but that they are asked about one namespace alone and call a process beside the API server. */
export async function applyConfigurations(namespace: string, port: number): Promise<void> {
  const items = [
    configuration('MutatingWebhookConfiguration', namespace, `https://127.0.0.1:${port}/mutate/nats-operator`),
    configuration('ValidatingWebhookConfiguration', namespace, `https://127.0.0.1:${port}/validate/nats-operator`),
  ];
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

export async function removeConfigurations(): Promise<void> {
  await kubectl(['delete', KINDS, 'nats-operator', '--ignore-not-found']);
}

const KINDS = 'mutatingwebhookconfiguration,validatingwebhookconfiguration';

function configuration(kind: string, namespace: string, url: string): object {
  const webhook = {
    name: 'admission.nats.io',
    admissionReviewVersions: ['v1'],
    clientConfig: { url },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    rules: [
      {
        apiGroups: ['nats.io'],
        apiVersions: ['v1alpha2'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['natsclusters'],
      },
    ],
  };
  const metadata = { name: 'nats-operator' };
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, webhooks: [webhook] };
}

/** What the API server is told to trust, once for each webhook. */
export async function trustedBundles(): Promise<string[]> {
  const path = '{range .items[*]}{.webhooks[*].clientConfig.caBundle}{"\\n"}{end}';
  const names = ['mutatingwebhookconfiguration/nats-operator', 'validatingwebhookconfiguration/nats-operator'];
  const lines = (await kubectl(['get', ...names, '-o', `jsonpath=${path}`])).trim().split('\n');
  return lines.map(line => Buffer.from(line, 'base64').toString('utf8'));
}
