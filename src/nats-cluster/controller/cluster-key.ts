import type { V1Pod } from '@kubernetes/client-node';
import { childKind, type Child } from '../children';
import { objectKey, splitKey, type ObjectKey } from '../../runtime/object-key';
import { CLUSTER_LABEL } from '../spec/labels';

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

/** Whether the pod carries the label of that cluster. */
export function isLabelled({ metadata }: V1Pod, key: ObjectKey): boolean {
  return metadata?.labels?.[CLUSTER_LABEL] === splitKey(key).name;
}
