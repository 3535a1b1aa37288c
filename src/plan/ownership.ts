import { WANTED_KEY } from '../conf/generations';
import { childId, type Child, type ClusterIdentity } from '../model/child';
import { selectorLabels } from '../model/labels';

/** Whose an object is that has the name of a child of ours. */
export type Ownership =
  /** Ours, or nobody's that was meant for us: with our labels, as `kubectl delete --cascade=orphan` leaves it, or with a nats.conf. */
  | { readonly kind: 'ours' }
  /** On its way out; its name is free in a moment. */
  | { readonly kind: 'leaving'; readonly why: string }
  | { readonly kind: 'taken'; readonly by: string };

/** Tells whose the object is. What is somebody else's is never written to. */
export function ownership(model: ClusterIdentity, live: Child): Ownership {
  const { metadata } = live;
  if ('deletionTimestamp' in metadata) return { kind: 'leaving', why: `${childId(live)} is being deleted` };
  const owner =
    metadata.ownerReferences?.find(({ controller }) => controller === true) ?? metadata.ownerReferences?.[0];
  if (owner === undefined)
    return isMeantForUs(model, live) ? { kind: 'ours' } : { kind: 'taken', by: 'nobody that it names' };
  if (owner.uid === model.uid) return { kind: 'ours' };
  if (owner.kind === 'NatsCluster' && owner.name === model.name) {
    return { kind: 'leaving', why: `${childId(live)} belongs to a deleted NatsCluster of the same name` };
  }
  return { kind: 'taken', by: `${owner.kind} ${owner.name}` };
}

/** The Go operator, too, took a Secret that was there before its cluster, if it held a configuration. */
const isMeantForUs = (model: ClusterIdentity, live: Child): boolean =>
  carriesOurLabels(model, live) || (live.kind === 'Secret' && live.data?.[WANTED_KEY] !== undefined);

const carriesOurLabels = (model: ClusterIdentity, live: Child): boolean =>
  Object.entries(selectorLabels(model.name)).every(([key, value]) => live.metadata.labels?.[key] === value);
