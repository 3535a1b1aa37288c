import { patchSpec, waitUntilSettled } from './nats-cluster';
import { getChild } from './objects';
import { expectPodsUnchanged } from './expect-pods-unchanged';
import { waitFor } from './wait-for';
import type { V1Pod } from '@kubernetes/client-node';

/**
 * Waits until an operator has done what a cluster's spec asks for, by something that no server has to be restarted for, and all is settled; fails where the pods are
 * others than those that were there before.
 *
 * @param mark another one each time
 */
export async function expectManaged(before: readonly V1Pod[], cluster: string, mark: string): Promise<void> {
  const namespace = before[0]?.metadata?.namespace ?? '';
  await patchSpec(namespace, cluster, { servicePolicy: { labels: { mark } } });
  await waitFor(async () => (await getChild('Service', namespace, cluster))?.metadata.labels?.mark === mark, {
    what: `an operator to label the Service of ${namespace}/${cluster} with ${mark}`,
  });
  await waitUntilSettled(namespace, cluster, before.length);
  await expectPodsUnchanged(before);
}
