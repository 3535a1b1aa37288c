import type { ClusterModel } from '../model/cluster-model';
import { podOrdinal } from '../model/names';
import type { Observed } from '../model/observed';
import { findObstacle } from './gate';
import type { Member } from './members';
import type { Step } from './step';

/**
 * The next number of replicas on the way to the wanted size, and the step that it is; undefined where the size is right.
 * New servers come all at once; servers leave one at a time, from the highest ordinal, while all others serve.
 */
export function planScale(
  { name, size }: ClusterModel,
  replicas: number,
  members: readonly Member[],
  observed: Observed,
): { replicas: number; step: Step } | undefined {
  const wait = (why: string): { replicas: number; step: Step } => ({ replicas, step: { kind: 'wait', why } });
  if (replicas < size) return { replicas: size, step: { kind: 'scale-up', from: replicas, to: size } };
  const leaving = findLeaving(name, replicas, observed);
  if (leaving !== undefined) return wait(`${leaving} is shutting down`);
  const last = members.at(-1);
  if (replicas === size || last === undefined) return undefined;
  const obstacle = findObstacle(members, last);
  if (last.ready && obstacle !== undefined) return wait(obstacle);
  return { replicas: replicas - 1, step: { kind: 'scale-down', member: last, from: replicas, to: replicas - 1 } };
}

/** The pod of a server that is on its way out: one above the replicas. */
function findLeaving(cluster: string, replicas: number, { pods }: Observed): string | undefined {
  return pods.map(({ metadata }) => metadata?.name ?? '').find(name => (podOrdinal(cluster, name) ?? 0) > replicas);
}
