import type { ClusterModel } from '../model/cluster-model';
import { podOrdinal } from '../model/names';
import type { Observed } from '../model/observed';
import { findObstacle } from './gate';
import type { Member } from './members';
import type { Step } from './step';

/** What to do about the size now. */
export interface ScaleDecision {
  readonly replicas: number;
  readonly step: Step;
  /** Nothing happens to the size, so that a roll may go on: what it waits for may be a server that only a new template mends. */
  readonly mayRoll: boolean;
}

/**
 * The next number of replicas on the way to the wanted size, and the step that it is; undefined where the size is right.
 * New servers come all at once; servers leave one at a time, from the highest ordinal, while all others serve.
 */
export function planScale(
  { name, size }: ClusterModel,
  replicas: number,
  members: readonly Member[],
  observed: Observed,
): ScaleDecision | undefined {
  if (replicas < size) return scaleTo(size, { kind: 'scale-up', from: replicas, to: size });
  const leaving = findLeaving(name, replicas, observed);
  if (leaving !== undefined) return scaleTo(replicas, { kind: 'wait', why: `${leaving} is shutting down` });
  const last = members.at(-1);
  if (replicas === size || last === undefined) return undefined;
  const obstacle = findObstacle(members, last);
  if (last.ready && obstacle !== undefined) return { replicas, step: { kind: 'wait', why: obstacle }, mayRoll: true };
  return scaleTo(replicas - 1, { kind: 'scale-down', member: last, from: replicas, to: replicas - 1 });
}

const scaleTo = (replicas: number, step: Step): ScaleDecision => ({ replicas, step, mayRoll: false });

/** The pod of a server that is on its way out: one above the replicas. */
function findLeaving(cluster: string, replicas: number, { pods }: Observed): string | undefined {
  return pods.map(({ metadata }) => metadata?.name ?? '').find(name => (podOrdinal(cluster, name) ?? 0) > replicas);
}
