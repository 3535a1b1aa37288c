import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import { truncate } from '../../text/truncate';
import { isServing } from '../rollout/members';
import { reasonOf } from './condition-reasons';
import { SHORT_BYTES, type Findings } from './conditions';
import { wasUp } from './progress';
import type { Situation } from './situation';
import type { ClusterState } from './states';

/** How a cluster is, for people. */
export interface ClusterSummary {
  readonly state: ClusterState;
  /** Why, in a sentence. */
  readonly reason: string;
  /** The beginning of it, for one line of a table. */
  readonly message: string;
}

/** What a person has to know first: the word that `kubectl get` shows, and why. */
export function summarize(situation: Situation, found: Findings): ClusterSummary {
  const [state, reason] = stateOf(situation, found);
  return { state, reason, message: truncate(reason, SHORT_BYTES) };
}

/** What the servers keep an older configuration for, whatever becomes of them. */
const REJECTED: ReadonlySet<string> = new Set(['SpecInvalid', 'SecretInvalid', 'NameConflict', 'ApplyRejected']);

function stateOf(situation: Situation, found: Findings): readonly [ClusterState, string] {
  const { members, previous } = situation;
  const { Ready, Reconciling, Stalled, RemotesConnected, Paused } = found;
  if (Paused.status === 'True') return ['Paused', `${Paused.message}. ${Ready.message}`];
  const stalled = Stalled && reasonOf('Stalled', Stalled.reason)?.state;
  if (Stalled && stalled && REJECTED.has(Stalled.reason)) return [stalled, detailOf(found, Stalled.message)];
  const troubled = members.find(({ problem }) => problem !== undefined);
  if (troubled?.problem !== undefined) return [troubled.problem, `${troubled.name} ${troubled.trouble ?? ''}`];
  const working = Reconciling && reasonOf('Reconciling', Reconciling.reason);
  const isDown = members.length > 0 && !members.some(isServing) && working?.isPlanned !== true && wasUp(previous);
  if (isDown) return ['Unavailable', Ready.message];
  if (Stalled && stalled) return [stalled, Stalled.message];
  if (Reconciling) return [working?.state ?? fallback(situation), Reconciling.message];
  if (RemotesConnected?.status === 'False') return ['Disconnected', RemotesConnected.message];
  return [Ready.status === 'True' ? 'Healthy' : 'Degraded', Ready.message];
}

const detailOf = ({ SpecValid }: Findings, otherwise: string): string =>
  SpecValid.status === 'False' ? SpecValid.message : otherwise;

function fallback({ members, previous }: Situation): ClusterState {
  if (!wasUp(previous)) return 'Creating';
  return members.every(isServing) ? 'Updating' : 'Degraded';
}

/** The phase, as the legacy operator's tools know it: Failed is what cannot serve without a person, Running what serves. */
export function phaseOf(
  { members, size, previous }: Situation,
  { Ready, Stalled }: Findings,
): NonNullable<NatsClusterStatus['phase']> {
  const serving = members.filter(isServing).length;
  if (Stalled !== undefined && (serving < size || serving === 0)) return 'Failed';
  if (serving === 0) return 'Creating';
  return Ready.status === 'True' || wasUp(previous) ? 'Running' : 'Creating';
}

/** How many servers run, or start with, what the spec asks for. */
export function updatedReplicas(situation: Situation): number {
  const { step, members, lagging, failure, previous, problems, secrets, generation } = situation;
  // The StatefulSet's status, by which servers are outdated, is of an older template.
  if (step.kind === 'unseen') return previous?.updatedReplicas ?? 0;
  if (failure !== undefined || step.kind === 'publish' || step.kind === 'adopt') return 0;
  const isHeld = problems.length > 0 || (secrets?.problems ?? []).length > 0;
  if (isHeld && previous?.appliedGeneration !== generation) return 0;
  const late = new Set(lagging.map(({ name }) => name));
  return members.filter(({ pod, outdated, name }) => pod !== undefined && !outdated && !late.has(name)).length;
}
