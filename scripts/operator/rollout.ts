import { until } from '../../tools/toolchain/until';
import { type ClusterAccess, kubectl, readObject } from './cluster-access';
import { webhookAnswers } from './webhook-answers';
import type { Way } from './ways';

/** Of a Deployment, what tells whether it runs an image completely. */
interface Deployment {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

const ROLLOUT_MS = 180_000;

/** The operator's Deployments, as far as they exist. */
export async function operatorDeployments(
  cluster: ClusterAccess,
  { namespace, selector }: Way,
): Promise<readonly Deployment[]> {
  const selected = ['deployments', '-n', namespace, '-l', selector];
  const list = await readObject<{ items: readonly Deployment[] }>(cluster, selected);
  return list?.items ?? [];
}

/** The image of the Deployment's one container. */
export function imageOf({ spec }: Deployment): string | undefined {
  return spec.template.spec.containers[0]?.image;
}

/** Waits until all Deployments run that image and the webhook answers; tells the pods' state where that does not come about. */
export async function waitForRollout(cluster: ClusterAccess, way: Way, imageRef: string): Promise<void> {
  const isDone = async () => {
    const deployments = await operatorDeployments(cluster, way);
    return (
      deployments.length === way.deployments.length &&
      deployments.every(each => isRolledOut(each, imageRef)) &&
      webhookAnswers(cluster)
    );
  };
  if (await until(isDone, ROLLOUT_MS)) return;
  const pods = await kubectl(cluster, ['get', 'pods', '-n', way.namespace, '-o', 'wide']);
  const events = await kubectl(cluster, ['get', 'events', '-n', way.namespace, '--sort-by=.lastTimestamp']);
  const last = events.split('\n').slice(-15).join('\n');
  throw new Error(`the operator (${imageRef}) is not ready after ${ROLLOUT_MS / 1000} s:\n${pods}\n${last}`);
}

/** Whether all replicas are ready, at least one, all of the newest template, with that image, and none is left over. */
function isRolledOut(deployment: Deployment, imageRef: string): boolean {
  const { metadata, spec, status } = deployment;
  const counts = [status.replicas, status.updatedReplicas, status.readyReplicas];
  return (
    spec.replicas > 0 &&
    imageOf(deployment) === imageRef &&
    status.observedGeneration === metadata.generation &&
    counts.every(count => count === spec.replicas)
  );
}
