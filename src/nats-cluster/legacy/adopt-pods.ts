import type { V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet, ClusterIdentity } from '../child';
import type { AdoptPodAction } from '../action';
import { isLegacyPod } from './legacy-pods';
import { toEvent } from '../event-reasons';

/**
 * Hands pods of the Go operator to the StatefulSet. Each has an owner all the time, so that nothing is left behind whenever the
 * cluster is deleted, and each write is tied to the state of the pod that it was decided from.
 *
 * @param live nothing happens before the StatefulSet exists
 */
export function adoptPodActions(
  model: ClusterIdentity,
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
): AdoptPodAction[] {
  const uid = live?.metadata.uid;
  if (live === undefined || uid === undefined) return [];
  return pods
    .filter(pod => isLegacyPod(model, pod))
    .map(({ metadata = {} }) => {
      const { name = '', resourceVersion = '', ownerReferences = [] } = metadata;
      const others = ownerReferences.filter(owner => owner.uid !== model.uid);
      const message = `Adopted running pod ${name} from the legacy operator`;
      return {
        type: 'adopt-pod',
        pod: { name, uid: metadata.uid ?? '', resourceVersion },
        ownerReferences: [...others, controllerReference(live.metadata.name, uid)],
        event: toEvent('PodAdopted', message),
        disruptive: false,
      };
    });
}

/** Without blockOwnerDeletion, which some API servers let only those set who may finalize the owner. */
const controllerReference = (name: string, uid: string): V1OwnerReference => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name,
  uid,
  controller: true,
});
