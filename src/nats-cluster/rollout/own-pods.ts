import type { V1ObjectMeta, V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { MAX_SIZE, type NatsClusterObject } from '../spec/resolve-cluster';
import { POD_NAME_LABEL, REVISION_LABEL } from '../spec/labels';
import { podOrdinal } from '../spec/names';

/**
 * The cluster's own pods among those with its labels: anyone who may create pods in the namespace can set these labels and a
 * server's name. Such a pod is not counted, queried, waited for or written to.
 *
 * Own pods are those that the cluster's StatefulSet controls; those that the NatsCluster controls, which the legacy operator
 * created; and those of a StatefulSet without a controller, as left by `kubectl delete --cascade=orphan`.
 *
 * @param live the StatefulSet; undefined where there is none
 */
export function ownPods(
  { metadata: cluster }: NatsClusterObject,
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
): V1Pod[] {
  return pods.filter(({ metadata = {} }) => {
    const controller = metadata.ownerReferences?.find(owner => owner.controller === true)?.uid;
    if (controller !== undefined && controller === cluster?.uid) return true;
    const ordinal = podOrdinal(cluster?.name ?? '', metadata.name ?? '') ?? Infinity;
    if (ordinal > MAX_SIZE) return false;
    return controller === undefined ? isOfStatefulSet(metadata) : controller === live?.metadata.uid;
  });
}

/**
 * The pods of a deleted StatefulSet of the cluster. Until the garbage collector deletes them they serve, and may restart with
 * their configuration.
 */
export function legacyOrphans(
  { metadata: cluster }: NatsClusterObject,
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
): V1Pod[] {
  return pods.filter(({ metadata }) => {
    const { kind, name, uid } = metadata?.ownerReferences?.find(owner => owner.controller === true) ?? {};
    const ordinal = podOrdinal(cluster?.name ?? '', metadata?.name ?? '') ?? Infinity;
    return kind === 'StatefulSet' && name === cluster?.name && uid !== live?.metadata.uid && ordinal <= MAX_SIZE;
  });
}

/** The StatefulSet controller labels each pod that it creates. */
const isOfStatefulSet = ({ name, labels = {} }: V1ObjectMeta): boolean =>
  labels[REVISION_LABEL] !== undefined && labels[POD_NAME_LABEL] === name;
