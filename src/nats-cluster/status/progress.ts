import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import { findCondition } from './find-condition';
import { isHealthy, type Member } from '../rollout/members';
import { describeUpdated } from '../rollout/rollout';
import type { NextStep } from '../rollout/next-step';
import { blockedProgress } from './blocked';
import { reasonOf, type ConditionReason } from './condition-reasons';
import { conditionTrue, type ConditionState } from './conditions';
import { describeRollback } from './config-applied';
import { areSecretsBlocking } from './secrets-valid';
import type { StatusInput } from './status-input';

/** What the operator is working on or waits for, or what keeps it from that; undefined where there is nothing to do. */
export function progress(statusInput: StatusInput): ConditionState | undefined {
  const { step, problems, secrets, paused, blocked, members, failure, previous, blockedScaling } = statusInput;
  if (problems.length > 0) return conditionTrue('SpecInvalid', 'Spec is invalid; keeping the last valid configuration');
  if (paused) return undefined;
  if (secrets !== undefined && secrets.problems.length > 0) return areSecretsBlocking(secrets, previous);
  if (blocked !== undefined) return blockedProgress(blocked);
  if (failure !== undefined) return conditionTrue('RolloutFailed', describeRollback(failure));
  if (step.kind === 'hibernated') return undefined;
  if (step.kind !== 'settled') return stepProgress(statusInput, step);
  if (blockedScaling !== undefined) return conditionTrue('ScaleBlocked', blockedScaling.reason);
  return members.every(isHealthy) ? undefined : startProgress(statusInput);
}

type Working = Exclude<NextStep, { kind: 'settled' | 'hibernated' }>;

function stepProgress(statusInput: StatusInput, step: Working): ConditionState {
  const { previous, size, members } = statusInput;
  switch (step.kind) {
    case 'create':
      return members.every(isHealthy)
        ? conditionTrue('Recreating', 'Creating the StatefulSet again around its running pods')
        : startProgress(statusInput);
    case 'adopt':
      return conditionTrue('Adopting', `Adopting ${step.pods.length} running pods of the legacy operator`);
    case 'retire':
      return conditionTrue('RollingUpdate', `Removing ${step.pod.metadata?.name ?? ''} of the legacy operator`);
    case 'publish':
      return conditionTrue('RollingUpdate', `Updating ${members.length} servers, one at a time`);
    case 'scale-up':
      return conditionTrue('ScalingUp', `Scaling up from ${step.from} to ${step.to} servers`);
    case 'scale-down':
      return conditionTrue(
        'ScalingDown',
        `Scaling down from ${step.from} to ${step.to} servers: removing ${step.member.name}`,
      );
    case 'replace':
      return conditionTrue('RollingUpdate', `${step.progress}, replacing ${step.member.name}: ${step.reason}`);
    case 'recreate':
      return conditionTrue('Recreating', 'Creating the StatefulSet again around its running pods, for other volumes');
    case 'upgrade':
      return conditionTrue('RollingUpdate', `All servers run ${step.to}, and the version of the spec follows`);
    case 'hibernate':
      return conditionTrue('Hibernating', `Stopping all servers, ${members.filter(({ pod }) => pod).length} are left`);
    case 'operate':
      return step.operation.phase.startsWith('Cancel')
        ? conditionTrue('ScalingDown', step.operation.message)
        : conditionTrue('ScalingDown', `Scaling down to ${size} servers: ${step.operation.message}`);
    case 'expand':
      return conditionTrue('ExpandingVolumes', step.waiting);
    case 'wait':
      if (members.some(({ awaitsRestart }) => awaitsRestart))
        return conditionTrue('RollingUpdate', `Restarting servers whose volumes have grown, waiting: ${step.why}`);
      if (isRoll(statusInput))
        return conditionTrue('RollingUpdate', `${describeUpdated(members)}, ${waitingFor(members) ?? step.why}`);
      return members.length < size
        ? conditionTrue('ScalingUp', `Scaling up to ${size} servers, waiting: ${step.why}`)
        : conditionTrue('ScalingDown', `Scaling down to ${size} servers, waiting: ${step.why}`);
    case 'unseen':
      return wasUp(previous)
        ? conditionTrue(plannedBefore(previous) ?? 'Waiting', 'Waiting for Kubernetes to process the StatefulSet')
        : startProgress(statusInput);
  }
}

/** Otherwise it waits for a server that is removed, or for those that must be ready first. */
const isRoll = ({ members, size }: StatusInput): boolean =>
  members.some(({ outdated }) => outdated) || (members.length <= size && !members.every(isHealthy));

/** Servers come up: new ones, those of a rollout or a scaling that has no other step left, or one that was lost. */
function startProgress({ members, size, previous }: StatusInput): ConditionState {
  const waiting = waitingFor(members) ?? 'waiting for their pods';
  const ready = `${members.filter(isHealthy).length} of ${Math.max(size, members.length)} servers ready, ${waiting}`;
  if (!wasUp(previous)) return conditionTrue('Creating', ready);
  const planned = plannedBefore(previous);
  if (planned === 'RollingUpdate') return conditionTrue(planned, `${describeUpdated(members)}, ${waiting}`);
  return conditionTrue(planned ?? 'Recovering', ready);
}

function waitingFor(members: readonly Member[]): string | undefined {
  const member = members.find(each => !isHealthy(each));
  return member && `waiting for ${member.name}, which ${member.statusMessage ?? 'is not ready'}`;
}

/** What the servers that are not ready yet are restarted or added for. */
function plannedBefore(previous: NatsClusterStatus | undefined): ConditionReason | undefined {
  const row = reasonOf('Reconciling', findCondition(previous, 'Reconciling')?.reason);
  return row?.isPlanned === true ? (row.reason as ConditionReason) : undefined;
}

/** Whether all servers were ready once. Until then a cluster has nothing to recover, and every step of its creation is the same news. */
export const wasUp = (previous: NatsClusterStatus | undefined): boolean =>
  previous?.appliedGeneration !== undefined ||
  previous?.phase === 'Running' ||
  (previous?.phase === 'Failed' && (previous.readyReplicas ?? 0) > 0);
