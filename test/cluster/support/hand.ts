import { KubeConfig, KubernetesObjectApi, type KubernetesObject } from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
const client = KubernetesObjectApi.makeApiClient(config);

/** Writes an object as a person would with `kubectl edit`; returns what the API server has against it, if it refuses. */
export async function edit(object: KubernetesObject): Promise<string | undefined> {
  try {
    await client.replace(object, undefined, undefined, 'somebody');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
