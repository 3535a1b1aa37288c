import type { ClusterModel } from '../model/cluster-model';
import { podName } from '../model/names';
import type { Observed } from '../model/observed';
import { isServing, type Member } from './members';
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
  if (replicas < size) return { replicas: size, step: { kind: 'scale-up', from: replicas, to: size } };
  const leaving = findLeaving(name, replicas, observed);
  if (leaving !== undefined) return { replicas, step: { kind: 'wait', why: `${leaving} is shutting down` } };
  if (replicas === size) return undefined;
  const last = members.at(-1);
  if (last === undefined) return undefined;
  const others = members.filter(member => member !== last);
  const troubled = others.find(member => !isServing(member));
  if (last.ready && troubled !== undefined) {
    return { replicas, step: { kind: 'wait', why: `${troubled.name} ${troubled.trouble ?? 'is not ready'}` } };
  }
  return { replicas: replicas - 1, step: { kind: 'scale-down', member: last, from: replicas, to: replicas - 1 } };
}

/** A pod above the replicas that is still shutting down. */
function findLeaving(cluster: string, replicas: number, { pods }: Observed): string | undefined {
  const names = new Set(Array.from({ length: pods.length + 1 }, (_, index) => podName(cluster, replicas + 1 + index)));
  return pods.map(({ metadata }) => metadata?.name ?? '').find(pod => names.has(pod));
}
