import type {
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1OwnerReference,
  V1Pod,
  V1PodCondition,
  V1Probe,
  V1Volume,
} from '@kubernetes/client-node';
import { TOKEN_ANNOTATIONS, TOKEN_LABELS } from '../../nats-service-role/bound-token';
import type { OwnerReference, ObjectMetadata } from '../../runtime/metadata-informer';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import {
  ALLOW_SCALING_ANNOTATION,
  CLUSTER_LABEL,
  CLUSTERS_ANNOTATION,
  CONFIG_CHANGED_ANNOTATION,
  CONFIG_DIGEST_ANNOTATION,
  POD_NAME_LABEL,
  RELOAD_REQUESTED_ANNOTATION,
  RESTARTED_AT_ANNOTATION,
  REVISION_LABEL,
  SECRETS_ANNOTATION,
  selectorLabels,
  VERSION_ANNOTATION,
  VERSION_LABEL,
  withCurrentAnnotations,
} from '../spec/labels';
import { isOversized, type NatsServiceRoleObject } from '../../nats-service-role/service-role';
import { NATS_CONTAINER, RELOADER_CONTAINER, SECRET_VOLUMES } from '../spec/pod-parts';
import { cut, cutStart } from '../../text/truncate';
import { configFileOf } from '../rollout/restart-reason';

/** Characters of a text that are kept: no name, path or annotation of ours has more. */
const MAX_TEXT = 1024;
/** The same of what a kubelet or a controller says; a container's last words have at most 4096 bytes. */
const MAX_MESSAGE = 4096;
/** The same of the NatsClusters that a ServiceAccount agrees to: hundreds of them. */
const MAX_CONSENT = 16_384;
/** Containers and conditions of one pod that are kept. */
const MAX_ITEMS = 50;
/** Owners of one pod: one of them may be its controller, and the others are there for the garbage collector. */
const MAX_OWNERS = 8;

const POD_LABELS = [...Object.keys(selectorLabels('')), VERSION_LABEL, REVISION_LABEL, POD_NAME_LABEL];
const POD_ANNOTATIONS = [
  VERSION_ANNOTATION,
  RESTARTED_AT_ANNOTATION,
  SECRETS_ANNOTATION,
  CONFIG_DIGEST_ANNOTATION,
  CONFIG_CHANGED_ANNOTATION,
  RELOAD_REQUESTED_ANNOTATION,
];

const CLUSTER_ANNOTATIONS = [RESTARTED_AT_ANNOTATION, ALLOW_SCALING_ANNOTATION];

/** Only the fields of a pod that are read: anyone who may create pods can put a megabyte into its environment, volumes and annotations. */
export function projectPod({ metadata = {}, spec, status }: V1Pod): V1Pod {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, labels, annotations, ownerReferences } = metadata;
  return compact({
    metadata: compact({
      ...{ name, namespace, uid, resourceVersion, deletionTimestamp },
      labels: labels && pick(labels, POD_LABELS),
      annotations: annotations && pick(annotations, POD_ANNOTATIONS),
      ownerReferences: ownerReferences?.slice(0, MAX_OWNERS).map(projectPodOwner),
    }),
    spec: spec && compact({ containers: projectContainers(spec.containers), volumes: projectVolumes(spec.volumes) }),
    status:
      status &&
      compact({
        podIP: status.podIP,
        conditions: status.conditions?.slice(0, MAX_ITEMS).map(projectCondition),
        containerStatuses: status.containerStatuses?.slice(0, MAX_ITEMS).map(projectStatus),
        initContainerStatuses: status.initContainerStatuses?.slice(0, MAX_ITEMS).map(projectStatus),
      }),
  });
}

/** Of the metadata of a Secret what tells whose token it holds: `toTokenSecretRef` reads it. */
export function projectSecretMetadata({ labels, annotations, ...metadata }: ObjectMetadata): ObjectMetadata {
  const { namespace, name, uid, resourceVersion, deletionTimestamp, ownerReferences } = metadata;
  return compact({
    ...{ namespace, name, uid, resourceVersion, deletionTimestamp },
    labels: labels && pick(labels, TOKEN_LABELS),
    annotations: annotations && pick(annotations, TOKEN_ANNOTATIONS),
    ownerReferences: ownerReferences
      ?.filter(({ kind }) => kind === 'NatsServiceRole')
      .slice(0, 1)
      .map(projectOwner),
  });
}

/** The API server bounds neither the name nor the uid of an owner. */
const projectPodOwner = ({
  apiVersion,
  kind,
  name,
  uid,
  controller,
  blockOwnerDeletion,
}: V1OwnerReference): V1OwnerReference =>
  compact({
    ...{ apiVersion: shorten(apiVersion), kind: shorten(kind), name: shorten(name), uid: shorten(uid) },
    ...{ controller, blockOwnerDeletion },
  });

const projectOwner = ({ kind, name, uid }: OwnerReference): OwnerReference => ({ kind, name, uid: shorten(uid) });

/** Of a NatsServiceRole all but who manages its fields and what tools have noted in its annotations. */
export function projectRole({ metadata = {}, spec, status }: NatsServiceRoleObject): NatsServiceRoleObject {
  const { name, namespace, uid, generation, resourceVersion, labels, finalizers, deletionTimestamp } = metadata;
  const kept = { name, namespace, uid, generation, resourceVersion, finalizers, deletionTimestamp };
  return compact({
    metadata: compact({ ...kept, labels: labels && pick(labels, [CLUSTER_LABEL]) }),
    ...(isOversized(spec) ? { isOversized: true as const } : { spec }),
    status,
  });
}

/** Of a NatsCluster all but who manages its fields, and of its annotations those that are read. */
export function projectCluster({ metadata = {}, spec, status }: NatsClusterObject): NatsClusterObject {
  const { name, namespace, uid, generation, resourceVersion, deletionTimestamp, annotations } = metadata;
  const kept = { name, namespace, uid, generation, resourceVersion, deletionTimestamp };
  return compact({
    metadata: compact({ ...kept, annotations: annotations && pick(annotations, CLUSTER_ANNOTATIONS) }),
    ...{ spec, status },
  });
}

/** A child without managedFields, which are half of it, and with its annotations under their present names. */
export function projectChild<T extends { readonly metadata?: object }>(child: T): T {
  const metadata = Object.entries(child.metadata ?? {}).filter(([field]) => field !== 'managedFields');
  const { annotations } = (child.metadata ?? {}) as { annotations?: Record<string, string> };
  const current = annotations && { annotations: withCurrentAnnotations(annotations) };
  return { ...child, metadata: { ...Object.fromEntries(metadata), ...current } };
}

/** Of the arguments the file of the configuration alone: `configFileOf` finds it as in the pod itself. */
function projectContainers(containers: readonly V1Container[]): V1Container[] {
  const reloader = containers.filter(({ name }) => name === RELOADER_CONTAINER).map(({ name }) => ({ name }));
  const nats = containers.find(({ name }) => name === NATS_CONTAINER);
  if (nats === undefined) return reloader;
  const { name, image, startupProbe, readinessProbe, livenessProbe } = nats;
  const file = configFileOf(nats);
  const probes = {
    startupProbe: projectProbe(startupProbe),
    readinessProbe: projectProbe(readinessProbe),
    livenessProbe: projectProbe(livenessProbe),
  };
  return [compact({ name, image: shorten(image), args: file && ['-c', shorten(file)], ...probes }), ...reloader];
}

function projectProbe(probe: V1Probe | undefined): V1Probe | undefined {
  if (probe?.httpGet === undefined) return undefined;
  const { path, port, scheme } = probe.httpGet;
  return { httpGet: compact({ path: shorten(path), port, scheme }) };
}

function projectVolumes(volumes: readonly V1Volume[] | undefined): V1Volume[] | undefined {
  const routes = volumes?.find(({ name }) => name === SECRET_VOLUMES.routes);
  if (routes === undefined) return undefined;
  const { name, secret } = routes;
  return [compact({ name, secret: secret && compact({ secretName: shorten(secret.secretName) }) })];
}

const projectCondition = ({ type, status, reason, message, lastTransitionTime }: V1PodCondition): V1PodCondition =>
  compact({ type, status, reason: shorten(reason), message: shorten(message, MAX_MESSAGE), lastTransitionTime });

const projectStatus = ({ name, containerID, started, restartCount, state, lastState }: V1ContainerStatus) =>
  compact({
    ...{ name, containerID: shorten(containerID), started, restartCount },
    state: projectState(state),
    lastState: projectState(lastState),
  }) as V1ContainerStatus;

function projectState(state: V1ContainerState | undefined): V1ContainerState | undefined {
  if (state === undefined) return undefined;
  const { running, waiting, terminated } = state;
  return compact({
    running: running && {},
    waiting: waiting && compact({ reason: shorten(waiting.reason), message: shorten(waiting.message, MAX_MESSAGE) }),
    terminated:
      terminated &&
      compact({
        ...{ exitCode: terminated.exitCode, reason: shorten(terminated.reason) },
        // The end of a message is where a server says why it gave up.
        message: terminated.message === undefined ? undefined : cutStart(terminated.message, MAX_MESSAGE),
      }),
  });
}

const shorten = <T extends string | undefined>(text: T, length = MAX_TEXT): T =>
  (text === undefined ? undefined : cut(text, length)) as T;

const pick = (all: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap(name => (all[name] === undefined ? [] : [[name, shorten(all[name])]])));

/** Of the metadata of a ServiceAccount its identity, and to whom it agrees. */
export function projectAccount({
  namespace,
  name,
  uid,
  resourceVersion,
  deletionTimestamp,
  annotations,
}: ObjectMetadata): ObjectMetadata {
  const clusters = annotations?.[CLUSTERS_ANNOTATION];
  const consent = clusters === undefined ? undefined : { [CLUSTERS_ANNOTATION]: cutItems(clusters, MAX_CONSENT) };
  return compact({ namespace, name, uid, resourceVersion, deletionTimestamp, annotations: consent });
}

/** A list with commas between its items. Of one that is cut off, what is left could be the name of another. */
const cutItems = (list: string, length: number): string =>
  list.length <= length ? list : cut(list, Math.max(list.lastIndexOf(',', length), 0));

/** Removes undefined fields, which `in` and deep comparisons distinguish from missing ones. */
const compact = <T extends object>(object: T): Compacted<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Compacted<T>;

type Compacted<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};
