import type { Child } from '../nats-cluster/children';
import { ApiError } from './api-error';
import { FIELD_MANAGER, type KubeClient } from './kube-client';
import { childPath } from './api-paths';

/**
 * Server-side apply of a child; returns it as it is stored.
 *
 * An item of a list that others have put there stays, and may contradict ours: of a port whose number somebody has changed, the API server
 * has us add the old number beside the new one, and then refuses two ports of one name. What is refused so is written once more
 * with its lists whole.
 *
 * @throws ApiError where the API server refuses that too
 */
export async function applyChild(kube: KubeClient, child: Child): Promise<Child> {
  const path = childPath(child.kind, child.metadata.namespace, child.metadata.name);
  try {
    return (await kube.apply(path, child)) as Child;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    return (await replaceLists(kube, path, child)) ?? Promise.reject(error);
  }
}

/** Undefined where there is no such child to be mended. */
async function replaceLists(kube: KubeClient, path: string, child: Child): Promise<Child | undefined> {
  const merged = (await kube.merge(path, child)) as Stored | undefined;
  if (merged === undefined) return undefined;
  // As updated rather than applied, our fields would stay ours even after an apply that no longer names them.
  const managedFields = merged.metadata.managedFields?.filter(
    ({ manager, operation }) => manager !== FIELD_MANAGER || operation !== 'Update',
  );
  const { resourceVersion } = merged.metadata;
  await kube.merge(path, { metadata: { resourceVersion, managedFields } });
  const current = { ...child.metadata, resourceVersion: undefined };
  return (await kube.apply(path, { ...child, metadata: current })) as Child;
}

interface Stored {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly managedFields?: readonly { readonly manager?: string; readonly operation?: string }[];
  };
}
