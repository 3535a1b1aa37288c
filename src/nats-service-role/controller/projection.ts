import { CLUSTER_LABEL, CLUSTERS_ANNOTATION } from '../../nats-cluster/spec/labels';
import { TOKEN_ANNOTATIONS, TOKEN_LABELS } from '../bound-token';
import { isOversized, type NatsServiceRoleObject } from '../service-role';
import type { OwnerReference, ObjectMetadata } from '../../runtime/metadata-informer';
import { compact, pick, shorten } from '../../runtime/projection';
import { cut } from '../../text/truncate';

/** Characters of the list of NatsClusters that a ServiceAccount agrees to: hundreds of them. */
const MAX_CONSENT = 16_384;

/** A NatsServiceRole without managedFields and annotations. */
export function projectRole({ metadata = {}, spec, status }: NatsServiceRoleObject): NatsServiceRoleObject {
  const { name, namespace, uid, generation, resourceVersion, labels, finalizers, deletionTimestamp } = metadata;
  const kept = { name, namespace, uid, generation, resourceVersion, finalizers, deletionTimestamp };
  return compact({
    metadata: compact({ ...kept, labels: labels && pick(labels, [CLUSTER_LABEL]) }),
    ...(isOversized(spec) ? { isOversized: true as const } : { spec }),
    status,
  });
}

/** The metadata of a Secret that says whose token it has: `toTokenSecretRef` reads it. */
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

const projectOwner = ({ kind, name, uid }: OwnerReference): OwnerReference => ({ kind, name, uid: shorten(uid) });

/** The identity of a ServiceAccount, and the NatsClusters that it agrees to. */
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
