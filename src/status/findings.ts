import { describeProblem, type Problem } from '../model/problem';
import { isServing, type Member } from '../plan/members';
import type { Blocked } from '../plan/child-actions';
import type { Step } from '../plan/step';
import type { ConditionType, Finding } from './conditions';

/** What a sync knows when it comes to the status. */
export interface Situation {
  readonly problems: readonly Problem[];
  readonly paused: boolean;
  /** Why a child can't be written: somebody else has its name, for good or for a moment. */
  readonly blocked: Blocked | undefined;
  /** The wanted number of servers. */
  readonly size: number;
  readonly members: readonly Member[];
  readonly step: Step;
}

/** The state of a cluster, condition by condition. */
export function findings(situation: Situation): Record<ConditionType, Finding> {
  return {
    Ready: ready(situation),
    Progressing: progressing(situation),
    ConfigApplied: configApplied(situation),
    SpecValid: specValid(situation),
    Paused: situation.paused
      ? { status: 'True', reason: 'PausedBySpec', message: 'spec.paused is true: nothing but this status is written' }
      : { status: 'False', reason: 'NotPaused', message: 'The operator is in charge' },
  };
}

function ready({ members, size, blocked }: Situation): Finding {
  if (blocked?.kind === 'taken') return { status: 'False', reason: 'NameTaken', message: blocked.why };
  const serving = members.filter(isServing).length;
  const message = `${serving} of ${size} servers are ready and meshed`;
  if (size > 0 && serving >= size && members.every(isServing))
    return { status: 'True', reason: 'AllServersReady', message };
  const troubled = members.find(member => !isServing(member));
  const why = troubled === undefined ? '' : `: ${troubled.name} ${troubled.trouble ?? 'is not ready'}`;
  return { status: 'False', reason: 'ServersNotReady', message: message + why };
}

function progressing({ step, problems, paused, blocked, members }: Situation): Finding {
  if (problems.length > 0) return idle('SpecInvalid', 'The spec can not be carried out; what runs stays as it is');
  if (paused) return idle('Paused', 'spec.paused is true');
  if (blocked !== undefined) return blockedProgress(blocked);
  switch (step.kind) {
    case 'create':
      return busy('Creating', 'The servers are being created');
    case 'publish':
      return busy('RollingUpdate', 'A changed pod template was written; the pods follow one at a time');
    case 'scale-up':
      return busy('ScalingUp', `From ${step.from} to ${step.to} servers`);
    case 'scale-down':
      return busy('ScalingDown', `${step.member.name} leaves: from ${step.from} to ${step.to} servers`);
    case 'replace':
      return busy('RollingUpdate', `${step.member.name} is replaced: ${step.reason}`);
    case 'wait':
      return busy('Waiting', `The next step waits: ${step.why}`);
    case 'failed':
      return idle('RolloutFailed', `${step.member.name} does not come up: ${step.why}`);
    case 'settled':
      return members.every(isServing)
        ? idle('Settled', 'Every server runs what the spec asks for')
        : busy('Healing', 'Servers are on their way to being ready and meshed');
  }
}

function blockedProgress({ kind, why }: Blocked): Finding {
  switch (kind) {
    case 'leaving':
      return busy('Waiting', why);
    case 'taken':
      return idle('NameTaken', why);
    case 'refused':
      return idle('Refused', `The API server refuses what the spec asks for: ${why}`);
  }
}

function configApplied({ step, problems, members, blocked }: Situation): Finding {
  if (blocked?.kind === 'refused') return { ...blockedProgress(blocked), status: 'False' };
  if (problems.length > 0) {
    return {
      status: 'False',
      reason: 'SpecInvalid',
      message: 'The servers keep the last configuration that was valid',
    };
  }
  const outdated = members.filter(member => member.outdated).map(({ name }) => name);
  if (step.kind === 'failed') {
    return {
      status: 'False',
      reason: 'RolloutFailed',
      message: `${step.member.name} does not come up with the new configuration, the others keep the last good one: ${step.why}`,
    };
  }
  if (step.kind === 'publish' || step.kind === 'create') {
    return { status: 'False', reason: 'Pending', message: 'The servers do not have the configuration yet' };
  }
  if (outdated.length > 0) {
    return { status: 'False', reason: 'RollingUpdate', message: `${outdated.join(', ')} will be replaced` };
  }
  return { status: 'True', reason: 'Applied', message: 'Every server was started with what the spec asks for' };
}

function specValid({ problems }: Situation): Finding {
  if (problems.length === 0) return { status: 'True', reason: 'Valid', message: 'The spec can be carried out' };
  return { status: 'False', reason: 'Invalid', message: problems.map(describeProblem).join('; ') };
}

const busy = (reason: string, message: string): Finding => ({ status: 'True', reason, message });

const idle = (reason: string, message: string): Finding => ({ status: 'False', reason, message });
