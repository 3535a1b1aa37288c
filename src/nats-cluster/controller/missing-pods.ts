import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { MAX_SIZE } from '../spec/resolve-cluster';
import { POD_NAME_LABEL, REVISION_LABEL } from '../spec/labels';
import { ordinals, podName } from '../spec/names';
import type { Ages, Observed } from '../observed';
import { parsePodRejection, type PodRejection } from '../rollout/pod-rejection';
import { cut } from '../../text/truncate';
import type { KubeClient } from '../../runtime/kube-client';
import { eventsPath, podsPath } from '../../runtime/api-paths';
import { projectPod } from './projection';

interface CoreEvent {
  readonly message?: string;
  readonly lastTimestamp?: string;
}

/** The time that a pod may take to be made, in milliseconds: before that, nobody asks why it is missing. */
const MISSING_POD_GRACE_MS = 5_000;

/** The controller has one Event for each pod and reason, and renews it; others may make as many as they like. */
const MAX_EVENTS = 500;
/** Characters, as of an Event in its newer form. */
const MAX_MESSAGE = 1024;
/** Of each name there can be one. */
const MAX_STRAYS = 2 * MAX_SIZE;

/**
 * What stands against pods that the StatefulSet controller has tried to make, and that are missing. Its status does not say it, so it is read where pods
 * are missing.
 */
export async function readMissingPods(
  kube: KubeClient,
  statefulSet: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
  ages: Ages,
): Promise<Pick<Observed, 'podRejection' | 'orphans'>> {
  if (statefulSet === undefined || !lacksPods(statefulSet)) return {};
  const missing = missingPods(statefulSet, pods);
  const [orphans, podRejection] = await Promise.all([
    readOrphans(kube, statefulSet, missing),
    missing.some(name => (ages.get(name) ?? 0) > MISSING_POD_GRACE_MS)
      ? readPodRejection(kube, statefulSet)
      : undefined,
  ]);
  return { orphans, ...(podRejection === undefined ? {} : { podRejection }) };
}

/** Pods under the missing ones' names that carry the marks of who made them, and belong to nobody. */
async function readOrphans(
  kube: KubeClient,
  { metadata: { namespace } }: ChildStatefulSet,
  missing: readonly string[],
): Promise<readonly V1Pod[]> {
  // The pods are there, and the status does not know yet.
  if (missing.length === 0) return [];
  const labelSelector = `${POD_NAME_LABEL} in (${missing.join()}),${REVISION_LABEL}`;
  const pods = await kube.listAll(podsPath(namespace), { query: { labelSelector }, take: projectPod }, MAX_STRAYS);
  return pods.filter(
    ({ metadata }) =>
      metadata?.labels?.[POD_NAME_LABEL] === metadata?.name &&
      !metadata?.ownerReferences?.some(({ controller }) => controller),
  );
}

/** What its Events name as their source. Others can write that too, so that it keeps out accidents alone. */
const STATEFUL_SET_CONTROLLER = 'statefulset-controller';

/** Why the API server does not let a pod be created, as for a quota or a Pod Security standard: the controller's Events say it. */
async function readPodRejection(kube: KubeClient, { metadata }: ChildStatefulSet): Promise<PodRejection | undefined> {
  const { namespace, uid = '' } = metadata;
  const fieldSelector = `involvedObject.uid=${uid},reason=FailedCreate,source=${STATEFUL_SET_CONTROLLER}`;
  const take = ({ message, lastTimestamp }: CoreEvent): CoreEvent => ({
    ...(message === undefined ? {} : { message: cut(message, MAX_MESSAGE) }),
    ...(lastTimestamp === undefined ? {} : { lastTimestamp }),
  });
  const events = await kube.listAll(eventsPath(namespace), { query: { fieldSelector }, take }, MAX_EVENTS);
  const newest = events.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1);
  return newest?.message === undefined ? undefined : parsePodRejection(newest.message);
}

function missingPods({ metadata: { name }, spec }: ChildStatefulSet, pods: readonly V1Pod[]): string[] {
  const known = new Set(pods.map(({ metadata }) => metadata?.name));
  return ordinals(spec?.replicas ?? 0)
    .map(ordinal => podName(name, ordinal))
    .filter(pod => !known.has(pod));
}

function lacksPods({ metadata, spec, status }: ChildStatefulSet): boolean {
  const hasTried = status?.observedGeneration === metadata.generation;
  return hasTried && status !== undefined && status.replicas < (spec?.replicas ?? 0);
}

const timeOf = ({ lastTimestamp }: CoreEvent): number => Date.parse(lastTimestamp ?? '') || 0;
