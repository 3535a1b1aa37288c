import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../model/child';
import type { NatsClusterObject } from '../model/cluster-model';
import { POD_NAME_LABEL, REVISION_LABEL } from '../model/labels';
import { ordinals, podName } from '../model/names';
import type { Observed } from '../model/observed';
import type { KubeClient } from './kube-client';
import { coreEventsPath, podsPath } from './paths';

interface CoreEvent {
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/** The time that a pod may take to be made, in milliseconds: before that, nobody asks why it is missing. */
const PATIENCE = 5_000;

/**
 * What stands against pods that the StatefulSet controller has tried to make, and that are missing. Its status does not say it, so it is read where pods
 * are missing.
 */
export async function readMissingPods(
  kube: KubeClient,
  cluster: NatsClusterObject,
  statefulSet: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
): Promise<Pick<Observed, 'podRefusal' | 'strays'>> {
  if (statefulSet === undefined || !lacksPods(statefulSet)) return {};
  const [strays, podRefusal] = await Promise.all([
    readStrays(kube, statefulSet, pods),
    isLongUnready(cluster) ? readPodRefusal(kube, statefulSet) : undefined,
  ]);
  return { strays, ...(podRefusal === undefined ? {} : { podRefusal }) };
}

/** Pods under the missing ones' names that carry the marks of who made them, and belong to nobody. */
async function readStrays(
  kube: KubeClient,
  { metadata: { namespace, name }, spec }: ChildStatefulSet,
  pods: readonly V1Pod[],
): Promise<readonly V1Pod[]> {
  const known = new Set(pods.map(({ metadata }) => metadata?.name));
  const missing = ordinals(spec?.replicas ?? 0)
    .map(ordinal => podName(name, ordinal))
    .filter(pod => !known.has(pod));
  // The pods are there, and the status does not know yet.
  if (missing.length === 0) return [];
  const labelSelector = `${POD_NAME_LABEL} in (${missing.join()}),${REVISION_LABEL}`;
  const list = (await kube.get(podsPath(namespace), { labelSelector })) as { items?: V1Pod[] } | undefined;
  return (list?.items ?? []).filter(
    ({ metadata }) =>
      metadata?.labels?.[POD_NAME_LABEL] === metadata?.name &&
      !metadata?.ownerReferences?.some(({ controller }) => controller),
  );
}

/** Why the API server does not let a pod be made, as for a quota or a Pod Security standard: the controller's Events say it. */
async function readPodRefusal(kube: KubeClient, { metadata }: ChildStatefulSet): Promise<string | undefined> {
  const { namespace, uid = '' } = metadata;
  const fieldSelector = `involvedObject.uid=${uid},reason=FailedCreate`;
  const list = (await kube.get(coreEventsPath(namespace), { fieldSelector })) as { items?: CoreEvent[] } | undefined;
  const newest = list?.items?.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
  return newest?.message?.replace(/^create Pod \S+ in StatefulSet \S+ failed error: /, '');
}

function isLongUnready({ status }: NatsClusterObject): boolean {
  const ready = status?.conditions?.find(condition => condition.type === 'Ready' && condition.status === 'False');
  return ready?.lastTransitionTime !== undefined && Date.now() - Date.parse(ready.lastTransitionTime) > PATIENCE;
}

function lacksPods({ metadata, spec, status }: ChildStatefulSet): boolean {
  const hasTried = status?.observedGeneration === metadata.generation;
  return hasTried && status !== undefined && status.replicas < (spec?.replicas ?? 0);
}

const timeOf = ({ lastTimestamp }: CoreEvent): number => Date.parse(lastTimestamp ?? '') || 0;
