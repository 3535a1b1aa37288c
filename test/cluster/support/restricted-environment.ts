import { kubectl } from './kubectl';
import { setupTestEnvironment, type TestEnvironment } from './test-environment';

/** A scene whose namespace enforces the strictest standard there is: no example may need more. */
export async function setupRestrictedEnvironment(purpose: string): Promise<TestEnvironment> {
  const environment = await setupTestEnvironment(purpose);
  await kubectl(['label', 'namespace', environment.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  return environment;
}
