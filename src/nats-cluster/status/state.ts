import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import { truncate } from '../../text/truncate';
import { isHealthy } from '../rollout/members';
import { reasonOf } from './condition-reasons';
import { SHORT_BYTES, type Conditions } from './conditions';
import { wasUp } from './progress';
import type { StatusInput } from './status-input';
import type { ClusterState } from './states';

/** The state of a cluster, for users. */
export interface ClusterSummary {
  readonly state: ClusterState;
  /** Why, in a sentence. */
  readonly reason: string;
  /** The beginning of it, for one line of a table. */
  readonly message: string;
}

/** What a person has to know first: the word that `kubectl get` shows, and why. */
export function summarize(statusInput: StatusInput, found: Conditions): ClusterSummary {
  const [state, reason] = stateOf(statusInput, found);
  return { state, reason, message: truncate(reason, SHORT_BYTES) };
}

/** What the servers keep an older configuration for, whatever becomes of them. */
const REJECTED: ReadonlySet<string> = new Set(['SpecInvalid', 'SecretInvalid', 'NameConflict', 'ApplyRejected']);

function stateOf(statusInput: StatusInput, found: Conditions): readonly [ClusterState, string] {
  const { members, previous } = statusInput;
  const { Ready, Reconciling, Stalled, RemotesConnected, Paused } = found;
  if (Paused.status === 'True') return ['Paused', `${Paused.message}. ${Ready.message}`];
  if (Ready.reason === 'Hibernated') return ['Hibernated', Ready.message];
  const stalled = Stalled && reasonOf('Stalled', Stalled.reason)?.state;
  if (Stalled && stalled && REJECTED.has(Stalled.reason)) return [stalled, detailOf(found, Stalled.message)];
  const unhealthy = members.find(({ problem }) => problem !== undefined);
  if (unhealthy?.problem !== undefined)
    return [unhealthy.problem, `${unhealthy.name} ${unhealthy.statusMessage ?? ''}`];
  const working = Reconciling && reasonOf('Reconciling', Reconciling.reason);
  const isDown = members.length > 0 && !members.some(isHealthy) && working?.isPlanned !== true && wasUp(previous);
  if (isDown) return ['Unavailable', Ready.message];
  if (Stalled && stalled) return [stalled, Stalled.message];
  if (Reconciling) return [working?.state ?? fallback(statusInput), Reconciling.message];
  if (RemotesConnected?.status === 'False') return ['Disconnected', RemotesConnected.message];
  return [Ready.status === 'True' ? 'Healthy' : 'Degraded', Ready.message];
}

const detailOf = ({ SpecValid }: Conditions, otherwise: string): string =>
  SpecValid.status === 'False' ? SpecValid.message : otherwise;

function fallback({ members, previous }: StatusInput): ClusterState {
  if (!wasUp(previous)) return 'Creating';
  return members.every(isHealthy) ? 'Updating' : 'Degraded';
}

/** The phase, as the legacy operator's tools know it: Failed is what cannot serve without a person, Running what serves. */
export function phaseOf(
  { members, size, previous }: StatusInput,
  { Ready, Stalled }: Conditions,
): NonNullable<NatsClusterStatus['phase']> {
  const serving = members.filter(isHealthy).length;
  if (Stalled !== undefined && (serving < size || serving === 0)) return 'Failed';
  if (serving === 0) return 'Creating';
  return Ready.status === 'True' || wasUp(previous) ? 'Running' : 'Creating';
}

/** How many servers run, or start with, what the spec asks for. */
export function updatedReplicas(statusInput: StatusInput): number {
  const { step, members, pendingReloads, failure, previous, problems, secrets, generation } = statusInput;
  // The StatefulSet's status, by which servers are outdated, is of an older template.
  if (step.kind === 'unseen') return previous?.updatedReplicas ?? 0;
  if (failure !== undefined || step.kind === 'publish' || step.kind === 'adopt') return 0;
  const isHeld = problems.length > 0 || (secrets?.problems ?? []).length > 0;
  if (isHeld && previous?.appliedGeneration !== generation) return 0;
  const late = new Set(pendingReloads.map(({ name }) => name));
  return members.filter(({ pod, outdated, name }) => pod !== undefined && !outdated && !late.has(name)).length;
}
