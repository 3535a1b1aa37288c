import type { V1Pod } from '@kubernetes/client-node';
import type { Member } from './members';
import type { RouteConflict } from './route-conflicts';
import { childId, type ChildStatefulSet, type ClusterIdentity } from '../child';
import type { DeletePodAction } from '../action';
import { toEvent, type EventDraft } from '../event-reasons';
import { templateChange } from './restart-reason';

/** The one thing that happens to the servers now, or why nothing does. */
export type NextStep =
  | { readonly kind: 'create' }
  /**
   * A new template is written; no pod is touched by it yet. `conflict` says why its servers will have no routes with those that run, `retry` what the Event
   * says where it has failed before; `isRollback` where it is the last good one, in the place of one that has failed.
   */
  | {
      readonly kind: 'publish';
      readonly conflict?: RouteConflict | undefined;
      readonly retry?: string | undefined;
      readonly isRollback?: boolean;
    }
  /**
   * The StatefulSet controller has not seen the last change yet, so that its status does not speak of it. Until then the
   * StatefulSet is left alone: the change may be somebody else's, and must not become ours.
   */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'scale-up'; readonly from: number; readonly to: number }
  | { readonly kind: 'scale-down'; readonly member: Member; readonly from: number; readonly to: number }
  /** An outdated pod is replaced; `progress` says how many are updated, `deletePod` is set where the StatefulSet would not do it by itself. */
  | {
      readonly kind: 'replace';
      readonly member: Member;
      readonly reason: string;
      readonly progress: string;
      readonly deletePod: boolean;
    }
  /** Running pods that the Go operator made become the StatefulSet's. */
  | { readonly kind: 'adopt'; readonly pods: readonly V1Pod[] }
  /** A pod of the Go operator goes whose name the StatefulSet gives to none. */
  | { readonly kind: 'retire'; readonly pod: V1Pod }
  /** Nothing may be done until something else has happened. */
  | { readonly kind: 'wait'; readonly why: string }
  /** Every server runs what is wanted. */
  | { readonly kind: 'settled' };

/** Whether carrying out the step takes a server down. */
export const isDisruptive = ({ kind }: NextStep): boolean =>
  kind === 'replace' || kind === 'scale-down' || kind === 'retire';

/** Whether the step takes a server down by deleting its pod, rather than by a write of the StatefulSet. */
export const deletesPod = (step: NextStep): boolean =>
  step.kind === 'retire' || (step.kind === 'replace' && step.deletePod);

/** The Event of the write of the StatefulSet that makes the step. */
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
      return toEvent('ReplacingPod', `Replacing ${step.member.name} (${step.progress}): ${step.reason}`);
    case 'publish':
      if (step.conflict !== undefined) return partitionEvent(step.conflict);
      if (step.retry !== undefined) return toEvent('RetryingRollout', step.retry);
      return step.isRollback
        ? toEvent('Updated', `Reverted ${childId(desired)} to the last good pod template`)
        : toEvent('RolloutStarted', describeRollout(desired, live));
    case 'create':
    case 'adopt':
    case 'retire':
    case 'unseen':
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

/** Announces a partition before the first pod is touched. */
const partitionEvent = ({ option, reason }: RouteConflict): EventDraft =>
  toEvent(
    'Partitioned',
    `Servers with the changed ${option} and servers without it reject each other's routes, because ${reason}. They are replaced one after the other without waiting for such routes; until the last one is replaced, clients of the two groups do not reach each other`,
  );

/** The delete that the step needs, where the StatefulSet would not replace the pod by itself. */
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
    const message = `Removing ${step.pod.metadata?.name ?? ''} of the legacy operator: other servers have taken its place`;
    return { pod: step.pod, message };
  }
  if (step.kind !== 'replace' || !step.deletePod) return undefined;
  const { name, pod } = step.member;
  return { pod, message: `Replacing ${name}, which is down, before the others (${step.progress}): ${step.reason}` };
}
