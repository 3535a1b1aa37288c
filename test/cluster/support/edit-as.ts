import { ApiException, KubeConfig, KubernetesObjectApi, type KubernetesObject } from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
const client = KubernetesObjectApi.makeApiClient(config);

/** What the API server says of an object that it can't take; others are to be tried again. */
const REFUSED = [400, 422];

/** Writes an object as a person would with `kubectl edit`. @returns whether the API server takes it */
export async function edit(object: KubernetesObject): Promise<boolean> {
  try {
    await client.replace(object, undefined, undefined, 'somebody');
    return true;
  } catch (error) {
    if (error instanceof ApiException && REFUSED.includes(error.code)) return false;
    throw error;
  }
}
