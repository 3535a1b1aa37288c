import { objectPath } from '../../runtime/api-paths';
import { applyObject } from '../../runtime/apply';
import type { KubeClient } from '../../runtime/kube-client';
import { API_VERSION } from '../kind';
import { childKind, type Child } from '../children';

export const clusterPath = (namespace: string, name: string): string =>
  objectPath(API_VERSION, 'natsclusters', namespace, name);

export function childPath(kind: Child['kind'], namespace: string, name: string): string {
  const { apiVersion, plural } = childKind(kind);
  return objectPath(apiVersion, plural, namespace, name);
}

/** Applies a child by server-side apply; returns the stored child. */
export const applyChild = async (kube: KubeClient, child: Child): Promise<Child> =>
  applyObject(kube, childPath(child.kind, child.metadata.namespace, child.metadata.name), child);
