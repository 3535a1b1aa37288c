import type { V1Pod } from '@kubernetes/client-node';
import { CURRENT_CONFIG_KEY } from '../config/config-revisions';
import { childId, type ClusterIdentity } from '../child';
import type { Child } from '../children';
import { ADOPT_BY_ANNOTATION, LAST_APPLIED_HASH_ANNOTATION, selectorLabels } from '../spec/labels';
import { quote } from '../../text/quote';
import { isLegacyPod } from '../legacy/legacy-pods';

/** Whose an object is that has the name of a child of ours. */
export type Ownership =
  | { readonly kind: 'ours' }
  /** On its way out; its name is free in a moment. */
  | { readonly kind: 'leaving'; readonly why: string }
  /** Somebody else's: `by` names the owner, where the object has one. */
  | { readonly kind: 'taken'; readonly by: string | undefined };

type Cluster = Pick<ClusterIdentity, 'name' | 'uid'>;

/**
 * Tells whose the object is. What is somebody else's is never written to, owned or deleted: labels and content, which anybody's objects may have, make
 * nothing ours. What does is an owner reference to this NatsCluster, or a mark that only those can set who may change the object.
 *
 * @param pods the cluster's
 */
export function ownership(cluster: Cluster, live: Child, pods: readonly V1Pod[]): Ownership {
  const { metadata } = live;
  if ('deletionTimestamp' in metadata) return { kind: 'leaving', why: `${childId(live)} is being deleted` };
  const owner =
    metadata.ownerReferences?.find(({ controller }) => controller === true) ?? metadata.ownerReferences?.[0];
  if (owner === undefined) {
    const isOurs = isHandedOver(cluster, live) || isOrphan(cluster, live) || isLegacy(cluster, live, pods);
    return isOurs ? { kind: 'ours' } : { kind: 'taken', by: undefined };
  }
  if (owner.uid === cluster.uid) return { kind: 'ours' };
  if (owner.kind === 'NatsCluster' && owner.name === cluster.name) {
    return { kind: 'leaving', why: `${childId(live)} belongs to a deleted NatsCluster of the same name` };
  }
  return { kind: 'taken', by: quote(`${owner.kind} ${owner.name}`) };
}

const isHandedOver = ({ name }: Cluster, { metadata }: Child): boolean =>
  metadata.annotations?.[ADOPT_BY_ANNOTATION] === name;

/** Applied by an operator of this kind for a cluster of this name, as `kubectl delete --cascade=orphan` leaves it. */
const isOrphan = (cluster: Cluster, live: Child): boolean =>
  live.metadata.annotations?.[LAST_APPLIED_HASH_ANNOTATION] !== undefined && carriesOurLabels(cluster, live);

/**
 * The Go operator's, beside pods that it made for this very cluster. It, too, took a Secret that was there before its cluster, if that held a
 * configuration.
 */
const isLegacy = (cluster: Cluster, live: Child, pods: readonly V1Pod[]): boolean =>
  pods.some(pod => isLegacyPod(cluster, pod)) &&
  (carriesOurLabels(cluster, live) || (live.kind === 'Secret' && live.data?.[CURRENT_CONFIG_KEY] !== undefined));

const carriesOurLabels = ({ name }: Cluster, live: Child): boolean =>
  Object.entries(selectorLabels(name)).every(([key, value]) => live.metadata.labels?.[key] === value);
