import { randomUUID } from 'node:crypto';
import { KubeClient } from '../../src/runtime/kube-client';

/** Makes a namespace for the work, and takes it away afterwards with all that is in it. */
export async function inNamespace<T>(work: (namespace: string) => Promise<T>): Promise<T> {
  const kube = new KubeClient();
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const path = `/api/v1/namespaces/${name}`;
  const { metadata } = (await kube.apply(path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })) as {
    metadata: { uid: string };
  };
  try {
    return await work(name);
  } finally {
    await kube.delete(path, metadata.uid);
  }
}
