import { ApiError } from './api-error';
import { FIELD_MANAGER, type KubeClient } from './kube-client';

/**
 * Applies an object by server-side apply; returns the stored object.
 *
 * List items of other managers are kept and may conflict: after an external change of a port's number, apply would add
 * the old number as a second port of the same name, which the API server rejects. In that case, the lists are replaced
 * as a whole.
 *
 * @throws ApiError if the API server rejects that as well
 */
export async function applyObject<T extends Applied>(kube: KubeClient, path: string, object: T): Promise<T> {
  try {
    return (await kube.apply(path, object)) as T;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    return (await replaceLists(kube, path, object)) ?? Promise.reject(error);
  }
}

/** Returns undefined if the object does not exist. */
async function replaceLists<T extends Applied>(kube: KubeClient, path: string, object: T): Promise<T | undefined> {
  const merged = (await kube.merge(path, object)) as Stored | undefined;
  if (merged === undefined) return undefined;
  // Without removing the Update entry, fields would stay owned even after an apply that no longer sets them.
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
