import type { V1ContainerStatus, V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import { items, part, type Json } from './objects';

/** What two servers must agree on for a route, as they have read it. */
export interface SimulatedServer {
  readonly id: string;
  readonly clusterName: string;
  /** The Secret of its routes' certificates, which have an authority each; none where routes have no TLS. */
  readonly routeAuthority: string | undefined;
  readonly routeLogin: string;
  readonly hasJetStream: boolean;
  /** It could not write to its full volume, and stores nothing more. */
  hasStopped?: boolean;
}

/** A pod, and the server in it. */
export interface SimulatedPod {
  readonly name: string;
  readonly uid: string;
  /** Undefined where no StatefulSet has made it. */
  readonly revision: string | undefined;
  ownerUid: string;
  readonly template: Json;
  readonly createdAt: number;
  phase: 'pending' | 'starting' | 'ready' | 'failing';
  phaseSince: number;
  /** Why it fails, as the kubelet's reason. */
  failure?: string;
  terminating: boolean;
  /** There while the server's process runs. */
  server: SimulatedServer | undefined;
}

/** The uid of somebody whose pods are none of the cluster's, and stay. */
export const FOREIGN_OWNER = 'somebody-else';

/** The owner of pods whose StatefulSet was deleted without them. */
export const NO_OWNER = '';

/** NaN where the name has no decimal ordinal. */
export const ordinalOf = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1));

/** The image and the configuration file of the container `nats`. */
export function serverOf(template: Json): { image: string; configKey: string } {
  const nats = items(part(template, 'spec').containers).find(({ name }) => name === 'nats') ?? {};
  const words = [nats.command, nats.args].flatMap(list => (Array.isArray(list) ? list.map(String) : []));
  const file = words[words.indexOf('-c') + 1] ?? '';
  return { image: String(nats.image), configKey: file.slice(file.lastIndexOf('/') + 1) };
}

/** The pod as the API server shows it. */
export function toObject(pod: SimulatedPod): V1Pod {
  const { labels = {}, annotations = {} } = part(pod.template, 'metadata') as Record<string, Record<string, string>>;
  return {
    metadata: {
      name: pod.name,
      uid: pod.uid,
      labels: {
        ...labels,
        ...(pod.revision === undefined
          ? {}
          : { 'controller-revision-hash': pod.revision, 'statefulset.kubernetes.io/pod-name': pod.name }),
      },
      annotations,
      creationTimestamp: new Date(pod.createdAt),
      ...(pod.terminating ? { deletionTimestamp: new Date(pod.phaseSince) } : {}),
      ...(pod.ownerUid === NO_OWNER
        ? {}
        : { ownerReferences: [{ ...ownerOf(pod), uid: pod.ownerUid, controller: true }] }),
    },
    spec: part(pod.template, 'spec') as unknown as NonNullable<V1Pod['spec']>,
    status: {
      phase: pod.server === undefined ? 'Pending' : 'Running',
      conditions: [
        {
          type: 'Ready',
          status: pod.phase === 'ready' ? 'True' : 'False',
          lastTransitionTime: new Date(pod.phaseSince),
        },
      ],
      containerStatuses: containerStatuses(pod),
    },
  };
}

const ownerOf = ({ ownerUid }: SimulatedPod): Pick<V1OwnerReference, 'apiVersion' | 'kind' | 'name'> =>
  ownerUid === FOREIGN_OWNER
    ? { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'other' }
    : { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'c' };

function containerStatuses(pod: SimulatedPod): V1ContainerStatus[] {
  const shared = { name: 'nats', image: '', imageID: '', restartCount: 0, ready: pod.phase === 'ready' };
  if (pod.failure !== undefined) return [{ ...shared, state: { waiting: { reason: pod.failure } } }];
  if (pod.server === undefined) return [{ ...shared, state: { waiting: { reason: 'ContainerCreating' } } }];
  return [{ ...shared, state: { running: {} } }];
}
