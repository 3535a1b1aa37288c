import type { V1Pod } from '@kubernetes/client-node';
import { childId, type ClusterIdentity } from '../model/child';
import type { Child } from '../resources/children';
import type { DeletePodAction, Notice } from './action';
import type { RouteConflict } from './route-conflicts';
import type { Step } from './step';

/** Whether carrying out the step takes a server down. */
export const isDisruptive = ({ kind }: Step): boolean =>
  kind === 'replace' || kind === 'scale-down' || kind === 'retire';

/** Whether the step takes a server down by deleting its pod, rather than by a write of the StatefulSet. */
export const deletesPod = (step: Step): boolean =>
  step.kind === 'retire' || (step.kind === 'replace' && step.deletePod);

/** What people are told about the write of the StatefulSet that makes the step. */
export function stepNotice(statefulSet: Child, step: Step): Notice | undefined {
  switch (step.kind) {
    case 'scale-up':
      return { type: 'Normal', reason: 'ScalingUp', message: `From ${step.from} to ${step.to} servers` };
    case 'scale-down':
      return {
        type: 'Normal',
        reason: 'ScalingDown',
        message: `${step.member.name} leaves: from ${step.from} to ${step.to} servers`,
      };
    case 'replace':
      return { type: 'Normal', reason: 'ReplacingPod', message: `Replacing ${step.member.name}: ${step.reason}` };
    case 'publish':
      if (step.conflict !== undefined) return partitionNotice(step.conflict);
      if (step.retry !== undefined) return { type: 'Normal', reason: 'RetryingRollout', message: step.retry };
      return { type: 'Normal', reason: 'Updated', message: `Wrote a changed pod template to ${childId(statefulSet)}` };
    case 'create':
    case 'adopt':
    case 'retire':
    case 'unseen':
    case 'wait':
    case 'settled':
      return undefined;
  }
}

/** Announces a partition before the first pod is touched. */
const partitionNotice = ({ option, reason }: RouteConflict): Notice => ({
  type: 'Warning',
  reason: 'Partitioned',
  message: `Servers with the changed ${option} and servers without it refuse each other's routes, for ${reason}. They are replaced one after the other without waiting for such routes; until the last is replaced, clients of the ones and of the others do not see each other`,
});

/** The delete that the step needs, where the StatefulSet would not replace the pod by itself. */
export function deletePodAction({ namespace }: ClusterIdentity, step: Step): DeletePodAction[] {
  const deletion = findDeletion(step);
  if (deletion === undefined) return [];
  const { name = '', uid = '' } = deletion.pod?.metadata ?? {};
  const { message } = deletion;
  return [
    {
      type: 'delete-pod',
      pod: { name, namespace, uid },
      notice: { type: 'Normal', reason: 'ReplacingPod', message },
      disruptive: true,
    },
  ];
}

function findDeletion(step: Step): { pod: V1Pod | undefined; message: string } | undefined {
  if (step.kind === 'retire') {
    const message = `${step.pod.metadata?.name ?? ''} of the former operator goes: others have taken its place`;
    return { pod: step.pod, message };
  }
  if (step.kind !== 'replace' || !step.deletePod) return undefined;
  const { name, pod } = step.member;
  return { pod, message: `Replacing ${name}, which is down, before the others: ${step.reason}` };
}
