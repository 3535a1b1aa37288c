import type { V1Pod } from '@kubernetes/client-node';
import { CURRENT_CONFIG_KEY } from '../config/config-revisions';
import { childId, type ClusterIdentity } from '../child';
import type { Child } from '../children';
import { ADOPT_BY_ANNOTATION, LAST_APPLIED_HASH_ANNOTATION, selectorLabels } from '../spec/labels';
import { quote } from '../../text/quote';
import { isLegacyPod } from '../legacy/legacy-pods';

/** The owner of an object with the name of a child. */
export type Ownership =
  | { readonly kind: 'ours' }
  /** Terminating; its name will be free. */
  | { readonly kind: 'terminating'; readonly why: string }
  /** Another owner's: `by` names it, if the object has one. */
  | { readonly kind: 'foreignOwner'; readonly by: string | undefined };

type Cluster = Pick<ClusterIdentity, 'name' | 'uid'>;

/**
 * Determines the owner of an object. Objects of others are never written, owned or deleted. An object belongs to the
 * cluster by an owner reference, or by an annotation, which only those can set who may change the object; labels and
 * content prove nothing.
 *
 * @param pods the cluster's
 */
export function ownership(cluster: Cluster, live: Child, pods: readonly V1Pod[]): Ownership {
  const { metadata } = live;
  if ('deletionTimestamp' in metadata) return { kind: 'terminating', why: `${childId(live)} is being deleted` };
  const owner =
    metadata.ownerReferences?.find(({ controller }) => controller === true) ?? metadata.ownerReferences?.[0];
  if (owner === undefined) {
    const isOurs = isHandedOver(cluster, live) || isOrphan(cluster, live) || isLegacy(cluster, live, pods);
    return isOurs ? { kind: 'ours' } : { kind: 'foreignOwner', by: undefined };
  }
  if (owner.uid === cluster.uid) return { kind: 'ours' };
  if (owner.kind === 'NatsCluster' && owner.name === cluster.name) {
    return { kind: 'terminating', why: `${childId(live)} belongs to a deleted NatsCluster of the same name` };
  }
  return { kind: 'foreignOwner', by: quote(`${owner.kind} ${owner.name}`) };
}

const isHandedOver = ({ name }: Cluster, { metadata }: Child): boolean =>
  metadata.annotations?.[ADOPT_BY_ANNOTATION] === name;

/** Applied by this operator for a cluster of this name, as left by `kubectl delete --cascade=orphan`. */
const isOrphan = (cluster: Cluster, live: Child): boolean =>
  live.metadata.annotations?.[LAST_APPLIED_HASH_ANNOTATION] !== undefined && carriesOurLabels(cluster, live);

/**
 * Created by the legacy operator, which has pods of this cluster. It also adopted an existing Secret with a
 * configuration.
 */
const isLegacy = (cluster: Cluster, live: Child, pods: readonly V1Pod[]): boolean =>
  pods.some(pod => isLegacyPod(cluster, pod)) &&
  (carriesOurLabels(cluster, live) || (live.kind === 'Secret' && live.data?.[CURRENT_CONFIG_KEY] !== undefined));

const carriesOurLabels = ({ name }: Cluster, live: Child): boolean =>
  Object.entries(selectorLabels(name)).every(([key, value]) => live.metadata.labels?.[key] === value);
