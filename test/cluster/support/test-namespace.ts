import { randomBytes } from 'node:crypto';
import { kubectl } from './kubectl';

export interface TestNamespace {
  readonly name: string;
  /**
   * Deletes what an operator may have a part in, waits for that alone, and leaves the rest to Kubernetes, which takes a while over a namespace. Nothing happens
   * where it was removed before.
   */
  readonly remove: () => Promise<void>;
}

/** Makes a namespace for one file of tests. */
export async function testNamespace(purpose: string): Promise<TestNamespace> {
  const name = `test-${purpose}-${randomBytes(3).toString('hex')}`;
  await kubectl(['create', 'namespace', name]);
  return {
    name,
    remove: async () => {
      await kubectl(['delete', 'natsclusters,natsserviceroles', '--all', '-n', name, '--wait', '--timeout=60s']);
      await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
    },
  };
}
