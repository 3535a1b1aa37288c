import type { ObjectMetadata } from '../runtime/metadata-informer';
import { CLUSTER_LABEL } from '../nats-cluster/spec/labels';

/** On the Secret of a token: the namespace of the cluster that the token is for. The cluster itself is in CLUSTER_LABEL. */
const CLUSTER_NAMESPACE_LABEL = 'nats.io/cluster-namespace';
/** The NatsServiceRole, in the cluster's namespace. An annotation, for its name may be longer than a label's value. */
const ROLE_ANNOTATION = 'nats.io/service-role';
const ROLE_UID_ANNOTATION = 'nats.io/service-role-uid';

/** The labels and annotations that identify a token Secret, besides its name and owner. */
export const TOKEN_LABELS = [CLUSTER_LABEL, CLUSTER_NAMESPACE_LABEL];
export const TOKEN_ANNOTATIONS = [ROLE_ANNOTATION, ROLE_UID_ANNOTATION];

/** The keys of a token's Secret. */
export const TOKEN_KEY = 'token';
export const USERNAME_KEY = 'username';

/** The Secret that holds the token of a role's account, in the account's namespace. */
export const tokenSecretName = (role: string, cluster: string): string => `${role}-${cluster}${NAME_END}`;
const NAME_END = '-bound-token';

/** The same in a namespace other than the cluster's, so that it takes no name that a role there needs for its own. */
export const remoteTokenSecretName = (role: string, cluster: string, clusterNamespace: string): string =>
  `${role}-${cluster}.${clusterNamespace}${NAME_END}`;

/** Whom a token is meant for: no API server, and no other cluster, takes it. */
export const tokenAudience = (cluster: string, namespace: string): string => `nats://${cluster}.${namespace}.svc`;

/** What a token is issued for. */
export interface TokenOwner {
  readonly cluster: string;
  readonly clusterNamespace: string;
  readonly role: string;
  readonly roleUid: string;
}

/** A Secret of ours for a token, as its metadata tell. */
export interface TokenSecretRef extends TokenOwner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Whether it carries our marks, all of them. */
  readonly isComplete: boolean;
}

/** What marks a Secret as the token of that purpose. */
export function tokenLabels(purpose: TokenOwner): {
  labels: Record<string, string>;
  annotations: Record<string, string>;
} {
  return {
    labels: { [CLUSTER_LABEL]: purpose.cluster, [CLUSTER_NAMESPACE_LABEL]: purpose.clusterNamespace },
    annotations: { [ROLE_ANNOTATION]: purpose.role, [ROLE_UID_ANNOTATION]: purpose.roleUid },
  };
}

/** Reads the marks of a token's Secret; undefined where it is another one, or is going. */
export function toTokenSecretRef(metadata: ObjectMetadata): TokenSecretRef | undefined {
  const { namespace = '', name = '', uid = '', resourceVersion = '', deletionTimestamp } = metadata;
  const marked = markedPurpose(metadata);
  const purpose = marked ?? ownedPurpose(metadata);
  if (purpose === undefined || deletionTimestamp !== undefined) return undefined;
  // Whoever copies our marks to a Secret of another name does not thereby give it to us to delete.
  if (!namesOf(purpose, namespace).includes(name)) return undefined;
  return { namespace, name, uid, resourceVersion, ...purpose, isComplete: marked !== undefined };
}

/** Until namespaces agreed, tokens in others than the cluster's were called as those in its own. */
function namesOf({ role, cluster, clusterNamespace }: TokenOwner, namespace: string): string[] {
  const former = tokenSecretName(role, cluster);
  return namespace === clusterNamespace ? [former] : [remoteTokenSecretName(role, cluster, clusterNamespace), former];
}

function markedPurpose({ labels = {}, annotations = {} }: ObjectMetadata): TokenOwner | undefined {
  const { [CLUSTER_LABEL]: cluster, [CLUSTER_NAMESPACE_LABEL]: clusterNamespace } = labels;
  const { [ROLE_ANNOTATION]: role, [ROLE_UID_ANNOTATION]: roleUid = '' } = annotations;
  return cluster && clusterNamespace && role ? { cluster, clusterNamespace, role, roleUid } : undefined;
}

/** The Go operator's tell by their owner, and so do ours whose marks somebody took: beside their role, for an owner elsewhere is none. */
function ownedPurpose({ namespace = '', name = '', ownerReferences = [] }: ObjectMetadata): TokenOwner | undefined {
  const role = ownerReferences.find(({ kind }) => kind === 'NatsServiceRole');
  if (role === undefined) return undefined;
  const cluster = name.slice(role.name.length + 1, -NAME_END.length);
  return cluster ? { cluster, clusterNamespace: namespace, role: role.name, roleUid: role.uid } : undefined;
}
