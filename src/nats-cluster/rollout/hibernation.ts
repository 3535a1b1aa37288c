import type { ChildStatefulSet } from '../child';
import type { Observed } from '../observed';
import { HIBERNATED_SIZE_ANNOTATION } from '../spec/labels';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import type { StatefulSetPlan } from '../resources/stateful-set';
import { formerSize } from './former-size';
import { listMembers, type Member } from './members';
import type { NextStep } from './next-step';
import { keepPartition } from './update-strategy';

/** What stops all servers at once; nothing else of the StatefulSet changes. */
export interface HibernationDecision {
  readonly plan: Pick<StatefulSetPlan, 'replicas' | 'updateStrategy'> & {
    readonly annotations: Record<string, string>;
  };
  readonly step: NextStep;
  readonly members: readonly Member[];
}

/** Stops all servers at once: each asks its clients to leave, and writes its streams to disk. */
export function planHibernation(
  { name }: ResolvedCluster,
  live: ChildStatefulSet,
  observed: Observed,
): HibernationDecision {
  const { replicas = 0 } = live.spec ?? {};
  const annotations = sizeAnnotation(live);
  const plan = { replicas: 0, updateStrategy: keepPartition(0), annotations };
  if (replicas === 0 && observed.pods.length === 0) return { plan, step: { kind: 'hibernated' }, members: [] };
  const count = Math.max(replicas, observed.pods.length);
  return { plan, step: { kind: 'hibernate', from: count }, members: listMembers(name, count, live, observed) };
}

function sizeAnnotation(live: ChildStatefulSet): Record<string, string> {
  const size = formerSize(live);
  return size === 0 ? {} : { [HIBERNATED_SIZE_ANNOTATION]: String(size) };
}
