import {
  both,
  hasIssuedCertificate,
  healthPort,
  image,
  isClusterWide,
  isGiven,
  isNamespaced,
  namespaceList,
  not,
  servesAccounts,
  ternary,
  value,
  webhookPort,
} from '../choices';
import { ISSUED_CERTIFICATE, NAME, SELECTOR } from '../names';
import type { Members, Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { labels, namespacedMetadata } from './metadata';

/**
 * Another replica takes over at once; but until every node knows that the pod is no endpoint of the webhooks any more, it is asked on
 * (docs/operations.md). The image has no shell, and no other program than node.
 */
const PRE_STOP = ['node', '-e', "process.kill(1, 'SIGUSR2'); setTimeout(() => {}, 5000)"];

/** Equal replicas: all of them admit, and the one that holds the Lease looks after NatsClusters. */
export const deployment = (rendering: Rendering): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: namespacedMetadata(rendering),
  spec: {
    replicas: rendering.choice(value('replicas')),
    selector: { matchLabels: SELECTOR },
    // A new pod answers before an old one goes: the webhook is always served.
    strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(rendering) },
    template: {
      metadata: {
        labels: { ...labels(rendering), ...rendering.members('podLabels') },
        annotations: {
          'kubectl.kubernetes.io/default-container': NAME,
          ...rendering.members('podAnnotations'),
        },
      },
      spec: podSpec(rendering),
    },
  },
});

/** Where each pod takes ports of its node, an old one has to go first: there may be no other node. */
const rollingUpdate = (rendering: Rendering): Members => ({
  maxSurge: rendering.choice(ternary(isGiven('hostNetwork'), 0, 1)),
  maxUnavailable: rendering.choice(ternary(isGiven('hostNetwork'), 1, 0)),
});

/** What the restricted Pod Security Standard asks for, of containers; of the pod, values.yaml has it. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

function podSpec(rendering: Rendering): Members {
  return {
    serviceAccountName: NAME,
    automountServiceAccountToken: true,
    ...rendering.optional('imagePullSecrets', 'imagePullSecrets'),
    ...rendering.optional('priorityClassName', 'priorityClassName'),
    ...rendering.optional('nodeSelector', 'nodeSelector'),
    ...rendering.optional('tolerations', 'tolerations'),
    ...rendering.optional('affinity', 'affinity'),
    ...rendering.where(not(isGiven('topologySpreadConstraints')), {
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(spreadOver),
    }),
    ...rendering.optional('topologySpreadConstraints', 'topologySpreadConstraints'),
    ...rendering.where(isGiven('hostNetwork'), { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
    terminationGracePeriodSeconds: rendering.choice(value('terminationGracePeriodSeconds')),
    ...rendering.optional('securityContext', 'podSecurityContext'),
    containers: [container(rendering)],
  };
}

/** Of the newest pods alone, or those that are about to go would count. */
function spreadOver(topologyKey: string): Members {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: SELECTOR },
    matchLabelKeys: ['pod-template-hash'],
  };
}

function container(rendering: Rendering): Members {
  return {
    name: NAME,
    image: rendering.choice(image),
    imagePullPolicy: rendering.choice(value('image.pullPolicy')),
    command: ['node', '/app/nats-operator.cjs'],
    args: flags(rendering),
    env: [
      podField('POD_NAME', 'metadata.name'),
      podField('POD_NAMESPACE', 'metadata.namespace'),
      ...rendering.itemsWhere(not(servesAccounts), [{ name: 'NATS_OPERATOR_SERVICE_ACCOUNTS', value: 'false' }]),
      ...rendering.items('extraEnv'),
    ],
    ports: [
      ...rendering.itemsWhere(isClusterWide, [{ name: 'https', containerPort: rendering.choice(webhookPort) }]),
      { name: 'http', containerPort: rendering.choice(healthPort) },
    ],
    startupProbe: { ...probe('/healthz'), periodSeconds: 1, failureThreshold: 120 },
    // Starved of CPU it answers late; what does not get well again, a minute proves.
    livenessProbe: { ...probe('/healthz'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2, failureThreshold: 2 },
    ...rendering.where(isClusterWide, { lifecycle: { preStop: { exec: { command: PRE_STOP } } } }),
    ...rendering.optional('resources', 'resources'),
    securityContext: CONTAINER_SECURITY,
  };
}

function flags(rendering: Rendering): readonly unknown[] {
  return [
    ...rendering.itemsWhere(isClusterWide, ['--feature-gates=ClusterScoped=true']),
    ...rendering.itemsWhere(both(isNamespaced, isGiven('namespaces')), [
      `--namespaces=${rendering.choice(namespaceList)}`,
    ]),
    ...rendering.itemsWhere(hasIssuedCertificate, [`--webhook-certificate-secret=${ISSUED_CERTIFICATE}`]),
    `--image-repository=${rendering.choice(value('image.repository'))}`,
    `--log-level=${rendering.choice(value('logLevel'))}`,
    ...rendering.itemsWhere(isClusterWide, [`--webhook-port=${rendering.choice(webhookPort)}`]),
    `--health-port=${rendering.choice(healthPort)}`,
    ...rendering.items('extraArgs'),
  ];
}

/** With the default of `apiVersion`, as the API server stores it: a reference is atomic, and a second manager that left it out would want another one. */
function podField(name: string, fieldPath: string): Members {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

function probe(path: string): Members {
  return { httpGet: { path, port: 'http' }, timeoutSeconds: 5 };
}
