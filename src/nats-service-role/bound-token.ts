import type { ObjectMetadata } from '../runtime/metadata-informer';
import { CLUSTER_LABEL } from '../nats-cluster/spec/labels';

/** On a token Secret: the namespace of the token's cluster, which CLUSTER_LABEL names. */
const CLUSTER_NAMESPACE_LABEL = 'nats.io/cluster-namespace';
/** The NatsServiceRole, in the cluster's namespace. An annotation, because its name may be too long for a label. */
const ROLE_ANNOTATION = 'nats.io/service-role';
const ROLE_UID_ANNOTATION = 'nats.io/service-role-uid';

/** The labels and annotations that identify a token Secret, besides its name and owner. */
export const TOKEN_LABELS = [CLUSTER_LABEL, CLUSTER_NAMESPACE_LABEL];
export const TOKEN_ANNOTATIONS = [ROLE_ANNOTATION, ROLE_UID_ANNOTATION];

/** The keys of a token Secret. */
export const TOKEN_KEY = 'token';
export const USERNAME_KEY = 'username';

/** The name of the token Secret of an account in the cluster's namespace. */
export const tokenSecretName = (role: string, cluster: string): string => `${role}-${cluster}${NAME_END}`;
const NAME_END = '-bound-token';

/** The name in another namespace, which cannot conflict with that of a role there. */
export const remoteTokenSecretName = (role: string, cluster: string, clusterNamespace: string): string =>
  `${role}-${cluster}.${clusterNamespace}${NAME_END}`;

/** The audience of a token: neither an API server nor another cluster accepts it. */
export const tokenAudience = (cluster: string, namespace: string): string => `nats://${cluster}.${namespace}.svc`;

/** The owner of a token. */
export interface TokenOwner {
  readonly cluster: string;
  readonly clusterNamespace: string;
  readonly role: string;
  readonly roleUid: string;
}

/** A token Secret, by its metadata. */
export interface TokenSecretRef extends TokenOwner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Whether it has all labels and annotations. */
  readonly isComplete: boolean;
}

/** The labels and annotations of a token Secret. */
export function tokenLabels(purpose: TokenOwner): {
  labels: Record<string, string>;
  annotations: Record<string, string>;
} {
  return {
    labels: { [CLUSTER_LABEL]: purpose.cluster, [CLUSTER_NAMESPACE_LABEL]: purpose.clusterNamespace },
    annotations: { [ROLE_ANNOTATION]: purpose.role, [ROLE_UID_ANNOTATION]: purpose.roleUid },
  };
}

/** Parses the metadata of a token Secret; undefined for another or a terminating Secret. */
export function toTokenSecretRef(metadata: ObjectMetadata): TokenSecretRef | undefined {
  const { namespace = '', name = '', uid = '', resourceVersion = '', deletionTimestamp } = metadata;
  const marked = markedPurpose(metadata);
  const purpose = marked ?? ownedPurpose(metadata);
  if (purpose === undefined || deletionTimestamp !== undefined) return undefined;
  // Labels on a Secret of another name must not make the operator delete it.
  if (!namesOf(purpose, namespace).includes(name)) return undefined;
  return { namespace, name, uid, resourceVersion, ...purpose, isComplete: marked !== undefined };
}

/** Before consent was required, tokens in other namespaces had the same names as those in the cluster's. */
function namesOf({ role, cluster, clusterNamespace }: TokenOwner, namespace: string): string[] {
  const former = tokenSecretName(role, cluster);
  return namespace === clusterNamespace ? [former] : [remoteTokenSecretName(role, cluster, clusterNamespace), former];
}

function markedPurpose({ labels = {}, annotations = {} }: ObjectMetadata): TokenOwner | undefined {
  const { [CLUSTER_LABEL]: cluster, [CLUSTER_NAMESPACE_LABEL]: clusterNamespace } = labels;
  const { [ROLE_ANNOTATION]: role, [ROLE_UID_ANNOTATION]: roleUid = '' } = annotations;
  return cluster && clusterNamespace && role ? { cluster, clusterNamespace, role, roleUid } : undefined;
}

/** Token Secrets of the legacy operator, or with removed labels, are identified by their owner, in the role's namespace only. */
function ownedPurpose({ namespace = '', name = '', ownerReferences = [] }: ObjectMetadata): TokenOwner | undefined {
  const role = ownerReferences.find(({ kind }) => kind === 'NatsServiceRole');
  if (role === undefined) return undefined;
  const cluster = name.slice(role.name.length + 1, -NAME_END.length);
  return cluster ? { cluster, clusterNamespace: namespace, role: role.name, roleUid: role.uid } : undefined;
}
