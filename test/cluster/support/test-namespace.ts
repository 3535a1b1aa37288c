import { randomBytes } from 'node:crypto';
import { kubectl } from './kubectl';

/**
 * Makes a namespace for one test file; `remove` deletes what an operator may have a part in, waits for that alone, and leaves the rest to Kubernetes, which
 * takes a while over a namespace.
 */
export async function testNamespace(purpose: string): Promise<{ name: string; remove: () => Promise<void> }> {
  const name = `test-${purpose}-${randomBytes(3).toString('hex')}`;
  await kubectl(['create', 'namespace', name]);
  return {
    name,
    remove: async () => {
      await kubectl(['delete', 'natsclusters,natsserviceroles', '--all', '-n', name, '--wait', '--timeout=60s']);
      await kubectl(['delete', 'namespace', name, '--wait=false']);
    },
  };
}
