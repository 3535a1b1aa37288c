import { randomBytes } from 'node:crypto';
import { kubectl } from './kubectl';
import { atEnd } from './tear-down';

export interface TestNamespace {
  readonly name: string;
  /**
   * Deletes what an operator may have a part in, waits for that alone, and leaves the rest to Kubernetes, which takes a while over a namespace. Nothing happens
   * where it was removed before.
   */
  readonly remove: () => Promise<void>;
}

/** Makes a namespace for one file of tests; it is removed at the file's end, unless that was done before. */
export async function testNamespace(purpose: string): Promise<TestNamespace> {
  const name = `test-${purpose}-${randomBytes(3).toString('hex')}`;
  await kubectl(['create', 'namespace', name]);
  return { name, remove: atEnd(async () => removeNamespace(name)) };
}

async function removeNamespace(name: string): Promise<void> {
  try {
    const kinds = await ownKinds();
    if (kinds !== '') await kubectl(['delete', kinds, '--all', '-n', name, '--wait', '--timeout=60s']);
  } finally {
    await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
  }
}

/** Those of our kinds that the API server knows, as kubectl takes them: tests of installing take them away. */
async function ownKinds(): Promise<string> {
  const kinds = await kubectl(['api-resources', '--api-group=nats.io', '-o', 'name', '--cached=false']);
  return kinds.trim().split('\n').join(',');
}
