import type { NatsClusterObject } from '../spec/resolve-cluster';
import { truncate } from '../../text/truncate';
import { natsClusterSchema } from '../../../generated/schemas';
import { nestingProblem } from '../../schema/nesting';
import { isJsonObject } from '../../json/json-object';
import { unknownFieldProblems } from '../../schema/unknown-field-problems';

/**
 * Fields that people try, as other operators, charts and pods have them, and what says the same here. docs/errors.md lists them. The API server drops fields that it does
 * not know before any webhook sees the object, or rejects the object, depending on what its client asks for.
 */
export const TRIED_FIELDS: Readonly<Record<string, string>> = {
  'spec.replicas': 'spec.size',
  'spec.image': 'spec.serverImage and spec.version',
  'spec.imagePullSecrets': 'spec.template.spec.imagePullSecrets',
  'spec.resources': 'spec.pod.resources',
  'spec.affinity': 'spec.template.spec.affinity, or spec.pod.antiAffinity',
  'spec.nodeSelector': 'spec.pod.nodeSelector',
  'spec.tolerations': 'spec.pod.tolerations',
  'spec.topologySpreadConstraints': 'spec.template.spec.topologySpreadConstraints',
  'spec.securityContext': 'spec.template.spec.securityContext',
  'spec.serviceAccountName': 'spec.template.spec.serviceAccountName',
  'spec.priorityClassName': 'spec.template.spec.priorityClassName',
  'spec.labels': 'spec.pod.labels',
  'spec.annotations': 'spec.pod.annotations',
  'spec.env': 'spec.pod.natsEnv',
  'spec.volumes': 'spec.template.spec.volumes, and spec.pod.volumeMounts',
  'spec.config': 'spec.natsConfig',
  'spec.users': 'spec.auth.clientsAuthSecret',
  'spec.service': 'spec.servicePolicy',
  'spec.gateway': 'spec.gatewayConfig',
  'spec.leafnodes': 'spec.leafnodeConfig',
  'spec.websocket': 'spec.websocketConfig',
  'spec.metrics': 'spec.pod.enableMetrics',
  'spec.pod.affinity': 'spec.template.spec.affinity, or spec.pod.antiAffinity',
  'spec.pod.topologySpreadConstraints': 'spec.template.spec.topologySpreadConstraints',
  'spec.pod.securityContext': 'spec.template.spec.securityContext',
  'spec.pod.serviceAccountName': 'spec.template.spec.serviceAccountName',
  'spec.pod.priorityClassName': 'spec.template.spec.priorityClassName',
  'spec.pod.imagePullSecrets': 'spec.template.spec.imagePullSecrets',
  'spec.pod.env': 'spec.pod.natsEnv',
  'spec.pod.volumes': 'spec.template.spec.volumes',
  'spec.pod.metricsPort': 'spec.pod.enableMetrics, which uses port 7777',
  'spec.natsConfig.jetstream': 'spec.jetstream',
  'spec.auth.users': 'spec.auth.clientsAuthSecret',
  'spec.auth.clientAuth': 'spec.auth.clientsAuthSecret',
  'spec.tls.secretName': 'spec.tls.serverSecret',
  'spec.servicePolicy.ports': 'spec.natsConfig and spec.websocketConfig, which set the ports',
};

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Characters of a manifest that are read, and how many fields are named. */
const LONGEST = 64 * 1024;
const MOST = 10;
const PATH_BYTES = 200;

/**
 * A warning for each field of the applied manifest that a NatsCluster does not have, with what to use instead: the object itself comes without them. `kubectl apply`
 * notes its manifest in an annotation, which is read when it changes.
 */
export function triedFieldWarnings(object: NatsClusterObject, old: NatsClusterObject | undefined): string[] {
  const text = object.metadata?.annotations?.[LAST_APPLIED] ?? '';
  if (text === old?.metadata?.annotations?.[LAST_APPLIED] || text.length > LONGEST) return [];
  const value = { spec: specOf(text) };
  if (value.spec === undefined || nestingProblem(value) !== undefined) return [];
  const unknown = unknownFieldProblems({ schema: natsClusterSchema, value, path: '' });
  return unknown.slice(0, MOST).map(({ path, hint }) => {
    const use = Object.hasOwn(TRIED_FIELDS, path) ? `use ${TRIED_FIELDS[path] ?? ''}` : hint;
    return `${truncate(path, PATH_BYTES)} is not a field of a NatsCluster and was dropped${use === undefined ? '' : ` (${use})`}`;
  });
}

function specOf(text: string): unknown {
  try {
    const manifest: unknown = JSON.parse(text);
    return isJsonObject(manifest) && isJsonObject(manifest.spec) ? manifest.spec : undefined;
  } catch {
    return undefined;
  }
}
