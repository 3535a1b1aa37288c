import type {
  V1PersistentVolumeClaim,
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1OwnerReference,
  V1Pod,
  V1PodCondition,
  V1Probe,
  V1Volume,
} from '@kubernetes/client-node';
import { compact, pick, shorten } from '../../runtime/projection';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import {
  ALLOW_JETSTREAM_REMOVAL_ANNOTATION,
  ALLOW_SCALING_ANNOTATION,
  CONFIG_CHANGED_ANNOTATION,
  CONFIG_DIGEST_ANNOTATION,
  LAST_APPLIED_HASH_ANNOTATION,
  POD_NAME_LABEL,
  RELOAD_REQUESTED_ANNOTATION,
  RESTARTED_AT_ANNOTATION,
  RESTARTED_POD_ANNOTATION,
  REVISION_LABEL,
  SECRETS_ANNOTATION,
  selectorLabels,
  STOPPED_AT_CAPACITY_ANNOTATION,
  VERSION_ANNOTATION,
  VERSION_LABEL,
  withCurrentAnnotations,
} from '../spec/labels';
import { JETSTREAM_VOLUME, NATS_CONTAINER, RELOADER_CONTAINER, SECRET_VOLUMES } from '../spec/pod-parts';
import { cutStart } from '../../text/truncate';
import { configFileOf } from '../rollout/restart-reason';

/** Characters of a message of a kubelet or a controller; a termination message has at most 4096 bytes. */
const MAX_MESSAGE = 4096;
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

const CLAIM_ANNOTATIONS = [LAST_APPLIED_HASH_ANNOTATION, STOPPED_AT_CAPACITY_ANNOTATION, RESTARTED_POD_ANNOTATION];

const CLUSTER_ANNOTATIONS = [RESTARTED_AT_ANNOTATION, ALLOW_SCALING_ANNOTATION, ALLOW_JETSTREAM_REMOVAL_ANNOTATION];

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

/** Only the fields of a claim that are read. */
export function projectClaim({ metadata = {}, spec, status }: V1PersistentVolumeClaim): V1PersistentVolumeClaim {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, labels, annotations, ownerReferences } = metadata;
  const { storage: requested } = spec?.resources?.requests ?? {};
  const { storage: capacity } = status?.capacity ?? {};
  return compact({
    metadata: compact({
      ...{ name, namespace, uid, resourceVersion, deletionTimestamp },
      labels: labels && pick(labels, Object.keys(selectorLabels(''))),
      annotations: annotations && pick(annotations, CLAIM_ANNOTATIONS),
      ownerReferences: ownerReferences?.slice(0, MAX_OWNERS).map(projectPodOwner),
    }),
    spec: compact({
      volumeName: shorten(spec?.volumeName),
      resources: requested === undefined ? undefined : { requests: { storage: shorten(requested) } },
    }),
    status: compact({
      phase: shorten(status?.phase),
      capacity: capacity === undefined ? undefined : { storage: shorten(capacity) },
    }),
  }) as V1PersistentVolumeClaim;
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
  const data = volumes?.find(({ name }) => name === JETSTREAM_VOLUME);
  const kept = [
    routes &&
      compact({
        name: routes.name,
        secret: routes.secret && compact({ secretName: shorten(routes.secret.secretName) }),
      }),
    data?.persistentVolumeClaim && {
      name: data.name,
      persistentVolumeClaim: { claimName: shorten(data.persistentVolumeClaim.claimName) },
    },
  ].filter(volume => volume !== undefined);
  return kept.length === 0 ? undefined : kept;
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
