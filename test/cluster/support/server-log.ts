import type { V1Pod } from '@kubernetes/client-node';
import { kubectl } from './kubectl';
import { waitFor } from './wait-for';

/** Waits until the log of a pod's server says that; fails with the end of what it says instead. */
export async function waitForLog({ metadata }: V1Pod, words: RegExp): Promise<void> {
  const { name = '', namespace = '' } = metadata ?? {};
  await waitFor(
    async () => {
      const log = await kubectl(['logs', name, '-n', namespace, '-c', 'nats']);
      return words.test(log) ? true : Promise.reject(new Error(log.slice(-1_000)));
    },
    { what: `the log of ${name} to say ${String(words)}`, deadline: 30_000 },
  );
}
