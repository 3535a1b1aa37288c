import type { ResolvedCluster } from '../spec/resolve-cluster';
import { childId } from '../child';
import { podOrdinal, statefulSetName } from '../spec/names';
import type { Observed } from '../observed';
import { isAsStored } from '../apply/drift';
import { findLostQuorum } from '../jetstream/quorum-gate';
import { planOpenOperation } from '../jetstream/open-operation';
import { findMissedServers } from '../jetstream/operation';
import { planEvacuation } from '../jetstream/plan-evacuation';
import { findDisruptionBlocker } from './disruption-gate';
import { isHealthy, type Member } from './members';
import type { NextStep } from './next-step';

/** The next step of a scaling. */
export interface ScaleDecision {
  readonly replicas: number;
  readonly step: NextStep;
  /** The size does not change, so a rollout may continue: what the scaling waits for may be a server that only a new template repairs. */
  readonly mayRoll: boolean;
}

/**
 * The replicas to request: the present number, or the requested one if the API server stored another, for which a policy
 * may be the reason. A rollout continues then with as many servers as there are.
 */
export function askedReplicas({ name, size }: ResolvedCluster, replicas: number, observed: Observed): number {
  return [size, replicas - 1].find(asked => isKept(name, replicas, asked, observed)) ?? replicas;
}

/** Whether the API server stored other replicas than requested. */
function isKept(cluster: string, replicas: number, asked: number, { stored }: Observed): boolean {
  const id = childId({ kind: 'StatefulSet', metadata: { name: statefulSetName(cluster) } });
  return isAsStored({ path: 'spec.replicas', desired: asked, live: replicas }, stored?.get(id));
}

/**
 * The next number of replicas towards the desired size, and its step; undefined if the size is right. Servers are added
 * all at once and removed one at a time, from the highest ordinal, while all others are healthy.
 */
export function planScale(
  model: ResolvedCluster,
  replicas: number,
  members: readonly Member[],
  observed: Observed,
): ScaleDecision | undefined {
  const { name, size } = model;
  const missed = findMissedServers(observed.cluster, replicas);
  if (missed !== undefined) return scaleTo(missed, { kind: 'scale-up', from: replicas, to: missed });
  const operation = planOpenOperation(model, replicas, members, observed);
  if (operation !== undefined) return operate(operation, replicas, members);
  if (isKept(name, replicas, size, observed)) return undefined;
  if (replicas < size && model.shutOutUntil !== undefined)
    return { replicas, step: { kind: 'wait', why: describeShutOut(model.shutOutUntil) }, mayRoll: true };
  if (replicas < size) return scaleTo(size, { kind: 'scale-up', from: replicas, to: size });
  const leaving = findLeaving(name, replicas, observed);
  if (leaving !== undefined) return scaleTo(replicas, { kind: 'wait', why: `${leaving} is shutting down` });
  const last = members.at(-1);
  if (replicas === size || last === undefined) return undefined;
  const blocker = last.ready
    ? findDisruptionBlocker(members, last, observed)
    : findLostQuorum(observed.servers, members, last);
  if (needsEvacuation(model, replicas)) {
    const step = planEvacuation(model, members, last, observed, blocker);
    if (step !== undefined) return operate(step, replicas, members);
  } else if (blocker !== undefined) return { replicas, step: { kind: 'wait', why: blocker }, mayRoll: true };
  if (isKept(name, replicas, replicas - 1, observed)) return undefined;
  return scaleTo(replicas - 1, { kind: 'scale-down', member: last, from: replicas, to: replicas - 1 });
}

/** No server is replaced while streams are on their way, unless what they wait for is a server that only a new template repairs. */
const operate = (step: NextStep, replicas: number, members: readonly Member[]): ScaleDecision => ({
  ...{ replicas, step },
  mayRoll: step.kind !== 'operate' || !members.every(isHealthy),
});

/** Streams of a single server are no part of the cluster that it becomes, or is left of. */
const needsEvacuation = ({ size, canEvacuate }: ResolvedCluster, replicas: number): boolean =>
  canEvacuate && size > 1 && replicas > 2;

const describeShutOut = (until: Date): string =>
  `servers do not take one of the name of a removed one for five minutes, until ${until.toISOString().slice(11, 19)} UTC`;

const scaleTo = (replicas: number, step: NextStep): ScaleDecision => ({ replicas, step, mayRoll: false });

/** A terminating pod above the replicas. */
function findLeaving(cluster: string, replicas: number, { pods }: Observed): string | undefined {
  return pods.map(({ metadata }) => metadata?.name ?? '').find(name => (podOrdinal(cluster, name) ?? 0) > replicas);
}
