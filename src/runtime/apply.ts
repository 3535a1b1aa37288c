import { ApiError } from './api-error';
import { FIELD_MANAGER, type KubeClient } from './kube-client';

/**
 * Applies an object by server-side apply; returns it as it is stored.
 *
 * An item of a list that others have put there stays, and may contradict ours: of a port whose number somebody has changed, the API server
 * has us add the old number beside the new one, and then refuses two ports of one name. What is refused so is written once more
 * with its lists whole.
 *
 * @throws ApiError where the API server refuses that too
 */
export async function applyObject<T extends Applied>(kube: KubeClient, path: string, object: T): Promise<T> {
  try {
    return (await kube.apply(path, object)) as T;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    return (await replaceLists(kube, path, object)) ?? Promise.reject(error);
  }
}

/** Undefined where there is no such object. */
async function replaceLists<T extends Applied>(kube: KubeClient, path: string, object: T): Promise<T | undefined> {
  const merged = (await kube.merge(path, object)) as Stored | undefined;
  if (merged === undefined) return undefined;
  // As updated rather than applied, our fields would stay ours even after an apply that no longer names them.
  const managedFields = merged.metadata.managedFields?.filter(
    ({ manager, operation }) => manager !== FIELD_MANAGER || operation !== 'Update',
  );
  const { resourceVersion } = merged.metadata;
  await kube.merge(path, { metadata: { resourceVersion, managedFields } });
  const current = { ...object.metadata, resourceVersion: undefined };
  return (await kube.apply(path, { ...object, metadata: current })) as T;
}

interface Applied {
  readonly metadata: object;
}

interface Stored {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly managedFields?: readonly { readonly manager?: string; readonly operation?: string }[];
  };
}
