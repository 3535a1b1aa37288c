import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { childKind, type Child } from '../children';
import { objectKey, splitKey, type ObjectKey } from '../../runtime/object-key';
import { CLUSTER_LABEL } from '../spec/labels';
import { MAX_SIZE } from '../spec/resolve-cluster';

/**
 * The clusters that have a child of that kind and name, if they exist. Whose it is goes by its name, for that alone can't be
 * edited: labels and owner references can, and the cluster has to be reconciled then.
 */
export function keysOfChild({ kind, metadata: { namespace, name } }: Child): ObjectKey[] {
  return childKind(kind).children.flatMap(child => {
    const suffix = child.name('');
    return name.endsWith(suffix) ? [objectKey(namespace, name.slice(0, name.length - suffix.length))] : [];
  });
}

/**
 * The cluster that has a pod of that name, if it exists; undefined where no pod of a cluster is called so. The Go operator's ordinals are
 * hexadecimal; no cluster has so many servers that its ordinals take more than three digits.
 */
export function keyOfPod({ metadata }: V1Pod): ObjectKey | undefined {
  const cluster = /^(.+)-[\da-f]{1,3}$/.exec(metadata?.name ?? '')?.[1];
  return cluster === undefined ? undefined : objectKey(metadata?.namespace, cluster);
}

/** The cluster that has a claim of that name, if it exists: that of the pod in the claim's name. */
export function keyOfClaim({ metadata }: V1PersistentVolumeClaim): ObjectKey | undefined {
  const [, cluster, ordinal] = /^jetstream-(.+)-([1-9]\d{0,2})$/.exec(metadata?.name ?? '') ?? [];
  const isServer = cluster !== undefined && Number(ordinal) <= MAX_SIZE;
  return isServer ? objectKey(metadata?.namespace, cluster) : undefined;
}

/** Whether the pod or the claim carries the label of that cluster. */
export function isLabelled({ metadata }: V1Pod | V1PersistentVolumeClaim, key: ObjectKey): boolean {
  return metadata?.labels?.[CLUSTER_LABEL] === splitKey(key).name;
}
