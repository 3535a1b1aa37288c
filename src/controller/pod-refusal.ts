import type { ChildStatefulSet } from '../model/child';
import type { NatsClusterObject } from '../model/cluster-model';
import type { KubeClient } from './kube-client';
import { coreEventsPath } from './paths';

interface CoreEvent {
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/** The time that a pod may take to be made, in milliseconds: before that, nobody asks why it is missing. */
const PATIENCE = 5_000;

/**
 * Why the API server does not let the StatefulSet controller make a pod, as for a quota or a Pod Security standard; undefined where none
 * is missing. A StatefulSet's status does not say it, only the controller's Events do, so they are read where it has tried and
 * pods are missing.
 */
export async function readPodRefusal(
  kube: KubeClient,
  cluster: NatsClusterObject,
  statefulSet: ChildStatefulSet | undefined,
): Promise<string | undefined> {
  if (statefulSet === undefined || !lacksPods(statefulSet) || !isLongUnready(cluster)) return undefined;
  const { namespace, uid = '' } = statefulSet.metadata;
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
