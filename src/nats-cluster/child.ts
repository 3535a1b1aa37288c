import { NATS_CLUSTER } from './kind';
import type {
  V1OwnerReference,
  V1PodDisruptionBudget,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { NatsClusterObject, ResolvedCluster } from './spec/resolve-cluster';
import { selectorLabels } from './spec/labels';

/** Which NatsCluster it is, whatever its spec says. */
export type ClusterIdentity = Pick<ResolvedCluster, 'name' | 'namespace' | 'uid'>;

export function identityOf({ metadata }: NatsClusterObject): ClusterIdentity {
  const { name = '', namespace = '', uid = '' } = metadata ?? {};
  return { name, namespace, uid };
}

export type ChildSecret = V1Secret & Identified<'v1', 'Secret'>;
export type ChildService = V1Service & Identified<'v1', 'Service'>;
export type ChildStatefulSet = V1StatefulSet & Identified<'apps/v1', 'StatefulSet'>;
export type ChildPodDisruptionBudget = V1PodDisruptionBudget & Identified<'policy/v1', 'PodDisruptionBudget'>;

/** An object that says what it is and how it is called, as what we apply always does. */
export interface Identified<ApiVersion extends string, Kind extends string> {
  apiVersion: ApiVersion;
  kind: Kind;
  metadata: ChildMetadata;
}

export interface ChildMetadata {
  name: string;
  namespace: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: V1OwnerReference[];
  uid?: string;
  generation?: number;
  /** In what we apply: the state that the decision was made from. The API server refuses it where another is stored. */
  resourceVersion?: string;
}

/** `StatefulSet/c`, as kubectl writes it, to find a child by and to name it to people. */
export const childId = (child: { kind: string; metadata: { name: string } }): string =>
  `${child.kind}/${child.metadata.name}`;

/** The metadata that every child shares: our labels, and an owner reference for the garbage collector. */
export function childMetadata(model: ClusterIdentity, name: string, policy: ChildPolicy = {}): ChildMetadata {
  return {
    name,
    namespace: model.namespace,
    labels: { ...policy.labels, ...selectorLabels(model.name) },
    annotations: { ...policy.annotations },
    ownerReferences: [ownerReference(model)],
  };
}

/** The labels and annotations that a user asks for on a child. */
export interface ChildPolicy {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

function ownerReference({ name, uid }: ClusterIdentity): V1OwnerReference {
  return {
    ...NATS_CLUSTER,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The child of that kind and name; undefined where it is not there. */
export function findChild<Child extends Identified<string, string>, Kind extends Child['kind']>(
  children: readonly Child[],
  kind: Kind,
  name: string,
): Extract<Child, { kind: Kind }> | undefined {
  return children.find(
    (child): child is Extract<Child, { kind: Kind }> => child.kind === kind && child.metadata.name === name,
  );
}

/** Whether the StatefulSet controller has seen the object as it is, so that its status speaks of it. */
export const isSeen = ({ metadata, status }: ChildStatefulSet): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
