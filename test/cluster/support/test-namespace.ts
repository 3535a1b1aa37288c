import { randomBytes } from 'node:crypto';
import { kubectl } from './kubectl';

/** Makes a namespace for one test file; `remove` deletes it and waits until everything in it is gone. */
export async function testNamespace(purpose: string): Promise<{ name: string; remove: () => Promise<void> }> {
  const name = `test-${purpose}-${randomBytes(3).toString('hex')}`;
  await kubectl(['create', 'namespace', name]);
  return {
    name,
    remove: async () => {
      await kubectl(['delete', 'namespace', name, '--wait', '--timeout=90s']);
    },
  };
}
