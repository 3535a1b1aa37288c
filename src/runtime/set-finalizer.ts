import type { KubeClient } from './kube-client';

export interface FinalizerOwner {
  readonly resourceVersion?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/**
 * Adds or removes a finalizer. The list is replaced as a whole, with the resourceVersion that it was read at.
 *
 * @param path of the object
 * @returns the stored object; undefined if it does not exist
 * @throws ApiError 409 if it was changed since
 */
export async function setFinalizer(
  kube: KubeClient,
  path: string,
  { resourceVersion, finalizers = [] }: FinalizerOwner,
  finalizer: string,
  isSet: boolean,
): Promise<unknown> {
  const others = finalizers.filter(name => name !== finalizer);
  const patch = { metadata: { resourceVersion, finalizers: isSet ? [...others, finalizer] : others } };
  return kube.merge(path, patch);
}
