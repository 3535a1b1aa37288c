import {
  both,
  hasIssuedCertificate,
  hasWebhookClientCA,
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
  webhookHealthPort,
  webhookPort,
} from '../choices';
import { ISSUED_CERTIFICATE, NAME, SELECTOR, WEBHOOK } from '../names';
import type { Members, Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { labels, namespacedMetadata } from './metadata';

/** The port of the webhooks' health and metrics. */
export const WEBHOOK_HEALTH = `${WEBHOOK}-http`;

/** The volume with the authorities of the webhooks' clients, and where it is mounted. */
const CLIENT_CA = 'client-ca';
const CLIENT_CA_FOLDER = '/client-ca';

/**
 * Until every node knows that the pod is no endpoint of the webhooks any more, it is asked on (docs/operations.md). At SIGUSR2 it begins to close connections
 * that are kept open. The image has no shell, and no other program than node.
 */
const PRE_STOP = ['node', '-e', "process.kill(1, 'SIGUSR2'); setTimeout(() => {}, 5000)"];

/**
 * Equal replicas: all of them admit, and the one that holds the Lease looks after NatsClusters. The two are containers of their own, so that whoever overloads the
 * webhooks does not stop the reconciling: docs/adr/0033-webhooks-in-a-container-of-their-own.md.
 */
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
    ...rendering.where(hasWebhookClientCA, {
      volumes: [{ name: CLIENT_CA, configMap: { name: rendering.choice(value('webhookClientCA.configMap')) } }],
    }),
    containers: [controllerContainer(rendering), ...rendering.itemsWhere(isClusterWide, [webhookContainer(rendering)])],
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

/** Looks after NatsClusters and NatsServiceRoles. */
function controllerContainer(rendering: Rendering): Members {
  return {
    ...program(rendering, NAME, [
      ...rendering.itemsWhere(isClusterWide, ['--webhooks=false']),
      `--image-repository=${rendering.choice(value('image.repository'))}`,
      `--health-port=${rendering.choice(healthPort)}`,
      ...rendering.items('extraArgs'),
    ]),
    ports: [{ name: 'http', containerPort: rendering.choice(healthPort) }],
    ...probes('http'),
    ...rendering.optional('resources', 'resources'),
    securityContext: CONTAINER_SECURITY,
  };
}

/** Admits NatsClusters and NatsServiceRoles. */
function webhookContainer(rendering: Rendering): Members {
  return {
    ...program(rendering, WEBHOOK, [
      '--controllers=false',
      ...rendering.itemsWhere(hasIssuedCertificate, [`--webhook-certificate-secret=${ISSUED_CERTIFICATE}`]),
      ...rendering.itemsWhere(hasWebhookClientCA, [
        `--webhook-client-ca-file=${CLIENT_CA_FOLDER}/${rendering.choice(value('webhookClientCA.key'))}`,
      ]),
      `--webhook-port=${rendering.choice(webhookPort)}`,
      `--health-port=${rendering.choice(webhookHealthPort)}`,
      ...rendering.items('webhookExtraArgs'),
    ]),
    ports: [
      { name: 'https', containerPort: rendering.choice(webhookPort) },
      { name: WEBHOOK_HEALTH, containerPort: rendering.choice(webhookHealthPort) },
    ],
    ...probes(WEBHOOK_HEALTH),
    lifecycle: { preStop: { exec: { command: PRE_STOP } } },
    ...rendering.where(hasWebhookClientCA, {
      volumeMounts: [{ name: CLIENT_CA, mountPath: CLIENT_CA_FOLDER, readOnly: true }],
    }),
    ...rendering.optional('resources', 'webhookResources'),
    securityContext: CONTAINER_SECURITY,
  };
}

/** What both have in common. */
function program(rendering: Rendering, name: string, flags: readonly unknown[]): Members {
  return {
    name,
    image: rendering.choice(image),
    imagePullPolicy: rendering.choice(value('image.pullPolicy')),
    command: ['node', '/app/nats-operator.cjs'],
    args: [
      ...rendering.itemsWhere(isClusterWide, ['--feature-gates=ClusterScoped=true']),
      ...rendering.itemsWhere(both(isNamespaced, isGiven('namespaces')), [
        `--namespaces=${rendering.choice(namespaceList)}`,
      ]),
      `--log-level=${rendering.choice(value('logLevel'))}`,
      ...flags,
    ],
    env: [
      podField('POD_NAME', 'metadata.name'),
      podField('POD_NAMESPACE', 'metadata.namespace'),
      ...rendering.itemsWhere(not(servesAccounts), [{ name: 'NATS_OPERATOR_SERVICE_ACCOUNTS', value: 'false' }]),
      ...rendering.items('extraEnv'),
    ],
  };
}

const probes = (port: string): Members => ({
  startupProbe: { ...probe('/healthz', port), periodSeconds: 1, failureThreshold: 120 },
  // Starved of CPU it answers late; what does not get well again, a minute proves.
  livenessProbe: { ...probe('/healthz', port), periodSeconds: 10, failureThreshold: 6 },
  readinessProbe: { ...probe('/readyz', port), periodSeconds: 2, failureThreshold: 2 },
});

/** With the default of `apiVersion`, as the API server stores it: a reference is atomic, and a second manager that left it out would want another one. */
function podField(name: string, fieldPath: string): Members {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

function probe(path: string, port: string): Members {
  return { httpGet: { path, port }, timeoutSeconds: 5 };
}
