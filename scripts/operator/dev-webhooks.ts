import { type ClusterAccess, kubectl } from './cluster-access';

/** Where a process beside the cluster answers the API server. */
export interface DevEndpoint {
  /** The API server's way to it, an IP or a name. */
  readonly address: string;
  readonly caBundle: string;
  /** The secret end of the path. */
  readonly apiPath: string;
}

const NAME = 'nats-operator-dev';
const KINDS = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'] as const;

/** Sends the API server's questions about our two kinds to a process beside the cluster. */
export async function installDevWebhooks(cluster: ClusterAccess, endpoint: DevEndpoint): Promise<void> {
  const configurations = [
    configuration('MutatingWebhookConfiguration', 'mutate', ['natsclusters'], endpoint),
    configuration('ValidatingWebhookConfiguration', 'validate', ['natsclusters', 'natsserviceroles'], endpoint),
  ];
  const list = { apiVersion: 'v1', kind: 'List', items: configurations };
  await kubectl(cluster, ['apply', '--server-side', `--field-manager=${NAME}`, '-f', '-'], JSON.stringify(list));
}

/** Takes that back; nothing happens where there is nothing to take back. */
export async function removeDevWebhooks(cluster: ClusterAccess): Promise<void> {
  for (const kind of KINDS) await kubectl(cluster, ['delete', kind, NAME, '--ignore-not-found']);
}

function configuration(kind: string, verb: string, resources: readonly string[], endpoint: DevEndpoint): object {
  const rule = { apiGroups: ['nats.io'], apiVersions: ['v1alpha2'], operations: ['CREATE', 'UPDATE'], resources };
  const webhook = {
    name: 'dev.nats-operator.nats.io',
    admissionReviewVersions: ['v1'],
    clientConfig: { url: `https://${endpoint.address}:3000/${verb}/${endpoint.apiPath}`, caBundle: endpoint.caBundle },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 10,
    rules: [rule],
  };
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: NAME }, webhooks: [webhook] };
}
