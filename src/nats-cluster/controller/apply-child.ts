import { applyObject } from '../../runtime/apply';
import type { KubeClient } from '../../runtime/kube-client';
import type { Child } from '../children';
import { childPath } from './child-path';

/** Applies a child by server-side apply; returns it as it is stored. */
export const applyChild = async (kube: KubeClient, child: Child): Promise<Child> =>
  applyObject(kube, childPath(child.kind, child.metadata.namespace, child.metadata.name), child);
