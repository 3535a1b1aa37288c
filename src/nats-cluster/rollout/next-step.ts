import type { V1Pod } from '@kubernetes/client-node';
import type { Member } from './members';
import type { RouteConflict } from './route-conflicts';
import type { Operation } from '../../../generated/nats-cluster';
import type { SystemRequest } from '../jetstream/system-request';
import { childId, type ChildStatefulSet, type ClusterIdentity } from '../child';
import type { DeletePodAction } from '../action';
import { toEvent, type EventDraft } from '../event-reasons';
import { templateChange } from './restart-reason';

/** The one step that is taken now, or why none is. */
export type NextStep =
  | { readonly kind: 'create' }
  /**
   * A new template is applied, and no pod is replaced yet. `conflict`: why its servers will have no routes to the running
   * ones; `retry`: the Event's message for a template that failed before; `isRollback`: it is the last good template.
   */
  | {
      readonly kind: 'publish';
      readonly conflict?: RouteConflict | undefined;
      readonly retry?: string | undefined;
      readonly isRollback?: boolean;
    }
  /**
   * The StatefulSet controller has not observed the last change yet, so its status is outdated. Until then the StatefulSet
   * is not changed: the change may be an external one.
   */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'scale-up'; readonly from: number; readonly to: number }
  | { readonly kind: 'scale-down'; readonly member: Member; readonly from: number; readonly to: number }
  /** An outdated pod is replaced; `progress`: how many are updated; `deletePod`: the StatefulSet would not do it itself. */
  | {
      readonly kind: 'replace';
      readonly member: Member;
      readonly reason: string;
      readonly progress: string;
      readonly deletePod: boolean;
    }
  /** Running pods of the legacy operator are adopted by the StatefulSet. */
  | { readonly kind: 'adopt'; readonly pods: readonly V1Pod[] }
  /** A pod of the legacy operator is removed, because the StatefulSet has no pod of that name. */
  | { readonly kind: 'retire'; readonly pod: V1Pod }
  /**
   * The StatefulSet is created again around its pods, with other claim templates. `next`: what it becomes; undefined while its
   * claims still belong to it.
   */
  | {
      readonly kind: 'recreate';
      readonly next: { readonly statefulSet: ChildStatefulSet; readonly uid: string } | undefined;
    }
  /** All servers run a version between the one before and that of the spec. */
  | { readonly kind: 'upgrade'; readonly to: string }
  /** All servers stop, and none is left. */
  | { readonly kind: 'hibernate'; readonly from: number }
  | { readonly kind: 'hibernated' }
  /** Volumes grow to the size of the spec; `waiting`: which one is not as large yet. */
  | { readonly kind: 'expand'; readonly waiting: string }
  /** Part of an operation that the status records, with what the servers are asked for now. */
  | {
      readonly kind: 'operate';
      readonly operation: Pick<Operation, 'server' | 'phase'> & { readonly message: string };
      readonly requests: readonly SystemRequest[];
    }
  /** Waits for something else to happen first. */
  | { readonly kind: 'wait'; readonly why: string }
  /** Every server is up to date. */
  | { readonly kind: 'settled' };

/** Whether the step takes a server down. */
export const isDisruptive = ({ kind }: NextStep): boolean =>
  kind === 'replace' || kind === 'scale-down' || kind === 'retire' || kind === 'hibernate';

/** Whether the step takes a server down by deleting its pod, rather than by a write of the StatefulSet. */
export const deletesPod = (step: NextStep): boolean =>
  step.kind === 'retire' || (step.kind === 'replace' && step.deletePod);

/** The Event of the step's write to the StatefulSet. */
export function stepEvent(desired: ChildStatefulSet, live: ChildStatefulSet, step: NextStep): EventDraft | undefined {
  switch (step.kind) {
    case 'scale-up':
      return toEvent('ScalingUp', `Scaling up from ${step.from} to ${step.to} servers`);
    case 'scale-down':
      return toEvent(
        'ScalingDown',
        `Scaling down from ${step.from} to ${step.to} servers: removing ${step.member.name}`,
      );
    case 'replace':
      // The deletion has its own.
      if (step.deletePod) return undefined;
      return toEvent('ReplacingPod', `Replacing ${step.member.name} (${step.progress}): ${step.reason}`);
    case 'publish':
      if (step.conflict !== undefined) return partitionEvent(step.conflict);
      if (step.retry !== undefined) return toEvent('RetryingRollout', step.retry);
      return step.isRollback
        ? toEvent('Updated', `Reverted ${childId(desired)} to the last good pod template`)
        : toEvent('RolloutStarted', describeRollout(desired, live));
    case 'hibernate':
      return toEvent('Hibernating', `Stopping all ${step.from} servers`);
    case 'hibernated':
    case 'recreate':
    case 'upgrade':
    case 'create':
    case 'adopt':
    case 'retire':
    case 'unseen':
    case 'expand':
    case 'operate':
    case 'wait':
    case 'settled':
      return undefined;
  }
}

function describeRollout({ spec }: ChildStatefulSet, live: ChildStatefulSet): string {
  const count = live.spec?.replicas ?? 0;
  const servers = count === 1 ? '1 server' : `${count} servers, one at a time`;
  return `Updating ${servers}: ${templateChange(live.spec?.template, spec?.template)}`;
}

/** Announces a partition before the first pod is replaced. */
const partitionEvent = ({ option, reason }: RouteConflict): EventDraft =>
  toEvent(
    'Partitioned',
    `Servers with the changed ${option} and servers without it reject each other's routes, because ${reason}. They are replaced one after the other without waiting for such routes; until the last one is replaced, clients of the two groups do not reach each other`,
  );

/** The deletion of a pod that the StatefulSet would not replace by itself. */
export function deletePodAction({ namespace }: ClusterIdentity, step: NextStep): DeletePodAction[] {
  const deletion = findDeletion(step);
  if (deletion === undefined) return [];
  const { name = '', uid = '' } = deletion.pod?.metadata ?? {};
  const { message } = deletion;
  return [
    {
      type: 'delete-pod',
      pod: { name, namespace, uid },
      event: toEvent('ReplacingPod', message),
      disruptive: true,
    },
  ];
}

function findDeletion(step: NextStep): { pod: V1Pod | undefined; message: string } | undefined {
  if (step.kind === 'retire') {
    const message = `Removing ${step.pod.metadata?.name ?? ''} of the legacy operator: other servers have replaced it`;
    return { pod: step.pod, message };
  }
  if (step.kind !== 'replace' || !step.deletePod) return undefined;
  const { name, pod } = step.member;
  const which = step.member.ready ? '' : ', which is down, before the others';
  return { pod, message: `Replacing ${name}${which} (${step.progress}): ${step.reason}` };
}
