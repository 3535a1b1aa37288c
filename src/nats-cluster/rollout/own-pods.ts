import type { V1ObjectMeta, V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { MAX_SIZE, type NatsClusterObject } from '../spec/resolve-cluster';
import { POD_NAME_LABEL, REVISION_LABEL } from '../spec/labels';
import { podOrdinal } from '../spec/names';

/**
 * The pods that are the cluster's own, of those that carry its labels: anybody who may create pods in the namespace can give a pod these labels and a server's
 * name. Such a pod is no server: it is not counted, not asked for its routes, not waited for and never written to.
 *
 * Own is what the cluster's StatefulSet controls; what the NatsCluster itself controls, as the pods of the Go operator; and what a StatefulSet has made and
 * nobody controls, as `kubectl delete --cascade=orphan` leaves it for the next StatefulSet of the name.
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
 * The pods that a StatefulSet of the cluster controls which is no longer there. The garbage collector ends them; until then they serve, and may start again from
 * the configuration that they name.
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

/** The StatefulSet controller labels each pod that it makes. */
const isOfStatefulSet = ({ name, labels = {} }: V1ObjectMeta): boolean =>
  labels[REVISION_LABEL] !== undefined && labels[POD_NAME_LABEL] === name;
