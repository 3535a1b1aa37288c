import type { V1Pod } from '@kubernetes/client-node';
import { getPods, restarts } from './objects';

/** Fails unless a cluster's pods are the very ones that they were before, never restarted. */
export async function expectPodsUnchanged(before: readonly V1Pod[]): Promise<void> {
  const { namespace = '', labels = {} } = before[0]?.metadata ?? {};
  const now = await getPods(namespace, labels.nats_cluster ?? '');
  expect(now.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
  expect(now.map(restarts)).toEqual(before.map(() => 0));
}
