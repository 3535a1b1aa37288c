import { NAME, WEBHOOK_SERVICE } from '../names';
import type { Members, Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { clusterMetadata } from './metadata';

/** Writes size and version into NatsClusters that have none. */
export const mutatingWebhook = configuration('MutatingWebhookConfiguration', 'mutate', ['natsclusters']);

/** Refuses what cannot be carried out. */
export const validatingWebhook = configuration('ValidatingWebhookConfiguration', 'validate', [
  'natsclusters',
  'natsserviceroles',
]);

/**
 * The webhooks are asked where a spec comes or changes. Labels, finalizers and whatever else ends in a deletion need nobody, so that they work while no operator
 * runs, and for an object of any size.
 */
export const matchConditions = [
  {
    name: 'spec-has-changed',
    expression: 'oldObject == null || !has(object.spec) || !has(oldObject.spec) || object.spec != oldObject.spec',
  },
  { name: 'is-not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' },
];

/** Whose certificate to trust is not said here: the operator makes it when it starts, and writes the authority into the configuration. */
function configuration(kind: string, verb: string, resources: readonly string[]) {
  return (rendering: Rendering): KubernetesObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: clusterMetadata(rendering),
    webhooks: [webhook(rendering, verb, resources)],
  });
}

function webhook({ namespace }: Rendering, verb: string, resources: readonly string[]): Members {
  return {
    name: 'nats-operator.nats.io',
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: WEBHOOK_SERVICE, namespace, path: `/${verb}/${NAME}`, port: 443 } },
    rules: [
      {
        apiGroups: ['nats.io'],
        apiVersions: ['v1alpha2'],
        operations: ['CREATE', 'UPDATE'],
        resources,
        scope: 'Namespaced',
      },
    ],
    // Our two kinds and no others: a dead operator keeps nobody from anything else, and nothing of ours lives in these namespaces.
    failurePolicy: 'Fail',
    namespaceSelector: {
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', namespace] }],
    },
    matchConditions,
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    timeoutSeconds: 10,
  };
}
