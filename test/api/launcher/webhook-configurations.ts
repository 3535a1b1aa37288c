import { kubectl } from '../kubectl';

/** The two configurations as our manifests have them, but that they are asked about one namespace alone and call a process beside the API server. */
export async function applyConfigurations(namespace: string, port: number, validatingPort = port): Promise<void> {
  const items = [
    configuration('MutatingWebhookConfiguration', namespace, `https://127.0.0.1:${port}/mutate/nats-operator`),
    configuration(
      'ValidatingWebhookConfiguration',
      namespace,
      `https://127.0.0.1:${validatingPort}/validate/nats-operator`,
    ),
  ];
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

/** A configuration as administrators have it, of whom the API server is to call: the operator in that namespace. It need not run. */
export async function appointOperator(namespace: string): Promise<void> {
  const webhook = {
    name: 'nats-operator.nats.io',
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: 'nats-operator-webhook', namespace } },
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    // Of no object that there is.
    rules: [{ apiGroups: ['nats.io'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['natsclusters'] }],
  };
  const identity = { kind: 'ValidatingWebhookConfiguration', metadata: { name: 'nats-operator' } };
  const configured = { apiVersion: 'admissionregistration.k8s.io/v1', ...identity, webhooks: [webhook] };
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(configured));
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
