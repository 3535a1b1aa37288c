import { kubectl } from './kubectl';
import { openScene, type Scene } from './scene';

/** A scene whose namespace enforces the strictest standard there is: no example may need more. */
export async function openRestrictedScene(purpose: string): Promise<Scene> {
  const scene = await openScene(purpose);
  await kubectl(['label', 'namespace', scene.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  return scene;
}
