import type { Condition } from '../../../generated/nats-cluster';
import { findCondition } from './find-condition';
import { RESTARTED_AT_ANNOTATION } from '../spec/labels';
import { describeProblem, summarizeProblems } from '../../schema/problem';
import { keepsFromLoading, type SecretProblem } from '../secrets/secret-problems';
import { describeUpdated } from '../rollout/rollout';
import { RELOAD_DEADLINE, type PendingReload } from '../reload/plan-reload';
import { blockedProgress } from './blocked';
import { reasonOf, type ConditionReason } from './condition-reasons';
import { conditionFalse, conditionTrue, type ConditionState } from './conditions';
import type { StatusInput } from './status-input';

/** Whether every server runs with what the spec asks for. */
export function configApplied(statusInput: StatusInput): ConditionState {
  const {
    step,
    problems,
    secrets,
    members,
    pendingReloads,
    blocked,
    failure,
    previous,
    access,
    blockedScaling,
    generation,
  } = statusInput;
  // Whatever keeps the rest back: a removed user may still have access.
  if (access !== undefined && pendingReloads.some(isLate)) return reloading(pendingReloads, secrets?.problems);
  if (blocked?.kind === 'rejected') return { ...blockedProgress(blocked), status: 'False' };
  const users = access === undefined ? '' : keptUsers[access];
  if (problems.length > 0)
    return conditionFalse('SpecInvalid', `The servers keep the last valid configuration${users}`);
  if (secrets !== undefined && secrets.problems.length > 0) {
    const message = summarizeProblems(secrets.problems);
    return conditionFalse('SecretInvalid', `The servers keep the last good configuration${users}: ${message}`);
  }
  if (failure !== undefined) return conditionFalse('RolloutFailed', describeRollback(failure));
  if (step.kind === 'publish' || step.kind === 'create' || step.kind === 'adopt') return pending;

  const unfinished = unfinishedStep(step);
  if (unfinished !== undefined) return unfinished;
  const before = findCondition(previous, 'ConfigApplied');
  // What was so for an earlier spec says nothing of this one.
  const isKnown = before !== undefined && (before.status !== 'True' || before.observedGeneration === generation);
  if (step.kind === 'unseen') return isKnown ? asBefore(before) : pending;
  const outdated = members.filter(member => member.outdated).map(({ name }) => name);
  if (outdated.length > 0)
    return conditionFalse('RollingUpdate', `${describeUpdated(members)}, ${outdated.join(', ')} will be replaced`);
  if (pendingReloads.length > 0) return reloading(pendingReloads);
  const down = members.find(({ ready }) => !ready);
  if (blockedScaling !== undefined) return conditionFalse('ScaleBlocked', blockedScaling.reason);
  if (down === undefined || before?.status === 'True') return applied;
  return conditionFalse(
    before?.reason === 'RollingUpdate' ? 'RollingUpdate' : 'Starting',
    `${down.name} ${down.statusMessage ?? ''}`,
  );
}

/** A step that leaves all servers up, and the spec not applied. */
function unfinishedStep(step: StatusInput['step']): ConditionState | undefined {
  if (step.kind === 'upgrade')
    return conditionFalse('RollingUpdate', `All servers run ${step.to}, and the version of the spec follows`);
  if (step.kind === 'expand') return conditionFalse('ExpandingVolumes', step.waiting);
  if (step.kind !== 'recreate') return undefined;
  return conditionFalse('Recreating', 'The StatefulSet is created again for other volumes, and the servers follow');
}

const keptUsers = {
  current: ', with current users and permissions',
  revoked: ', without the removed users',
} as const;

const isLate = ({ age }: PendingReload): boolean => age > RELOAD_DEADLINE;

/** @param broken what is wrong with the Secrets, which may be what a server does not reload with */
function reloading(pendingReloads: readonly PendingReload[], broken: readonly SecretProblem[] = []): ConditionState {
  const late = pendingReloads.find(isLate);
  if (late === undefined)
    return conditionFalse(
      'Reloading',
      `Waiting for ${pendingReloads.map(({ name }) => name).join(', ')} to reload the changed configuration`,
    );
  const { name, gap } = late;
  const advice = `see the log of its container nats; the annotation ${RESTARTED_AT_ANNOTATION} of the NatsCluster restarts the servers with the desired configuration`;
  const files = broken.find(keepsFromLoading);
  if (files !== undefined)
    return conditionFalse(
      'ReloadFailed',
      `${name} ${gap}, and rejects a reload while it can't load its TLS files: ${describeProblem(files)}`,
    );
  return conditionFalse(
    'ReloadFailed',
    `SIGHUP was sent to ${name} ${RELOAD_DEADLINE / 1000} s ago, and it ${gap}: ${advice}`,
  );
}

/** What happened to a template whose first pod failed. */
export const describeRollback = (failure: string): string =>
  `The update failed and was rolled back to the last good configuration: ${failure}`;

const pending = conditionFalse('Pending', 'The servers do not have the configuration yet');

const applied = conditionTrue('Applied', 'Every server runs with what the spec asks for');

const asBefore = ({ status, reason, message = '' }: Condition): ConditionState => ({
  status: status === 'True' ? 'True' : 'False',
  reason: (reasonOf('ConfigApplied', reason)?.reason ?? 'Pending') as ConditionReason,
  message,
});
