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

/** Milliseconds that the creation of a pod may take before the reason of its absence is read. */
const MISSING_POD_GRACE_MS = 5_000;

/** The maximum number of Events: the controller has one per pod and reason, but others may create any number. */
const MAX_EVENTS = 500;
/** The maximum length in characters, as in events.k8s.io. */
const MAX_MESSAGE = 1024;
/** One per name. */
const MAX_STRAYS = 2 * MAX_SIZE;

/**
 * Reads why pods of the StatefulSet are missing, which its status does not say: orphaned pods with their names, or a
 * rejection by the API server.
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

/** Pods with the missing names and the StatefulSet controller's labels, but without an owner. */
async function readOrphans(
  kube: KubeClient,
  { metadata: { namespace } }: ChildStatefulSet,
  missing: readonly string[],
): Promise<readonly V1Pod[]> {
  // The pods exist, and the status is outdated.
  if (missing.length === 0) return [];
  const labelSelector = `${POD_NAME_LABEL} in (${missing.join()}),${REVISION_LABEL}`;
  const pods = await kube.listAll(podsPath(namespace), { query: { labelSelector }, take: projectPod }, MAX_STRAYS);
  return pods.filter(
    ({ metadata }) =>
      metadata?.labels?.[POD_NAME_LABEL] === metadata?.name &&
      !metadata?.ownerReferences?.some(({ controller }) => controller),
  );
}

/** The source of its Events. Others can use it too, so it only excludes accidents. */
const STATEFUL_SET_CONTROLLER = 'statefulset-controller';

/** Why the API server rejects a pod, such as a quota or a Pod Security standard, from the controller's Events. */
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
