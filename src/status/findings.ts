import { findCondition } from '../model/find-condition';
import { summarizeProblems } from '../model/problem';
import { isServing, type Member } from '../plan/members';
import type { Partition } from '../plan/partition';
import { altered } from './altered';
import { blockedProgress } from './blocked';
import { busy, idle, TURNED_OFF, type Abnormal, type Finding, type Findings } from './conditions';
import { configApplied, describeRollback } from './config-applied';
import { connected } from './connected';
import { secretsHold, secretsValid } from './secrets-valid';
import type { Situation } from './situation';

/** The state of a cluster, condition by condition. */
export function findings(situation: Situation): Findings {
  const ConfigApplied = configApplied(situation);
  const Progressing = progressing(situation);
  const Ready = ready(situation, ConfigApplied);
  const isAltered = altered(situation);
  return {
    Ready,
    ...abnormal({ Ready, Progressing, ConfigApplied }),
    Progressing,
    ConfigApplied,
    SpecValid: specValid(situation),
    SecretsValid: secretsValid(situation.secrets),
    ...(situation.neighbours === undefined ? {} : { Connected: connected(situation.neighbours) }),
    ...(isAltered === undefined ? {} : { Altered: isAltered }),
    ...(situation.staleRoles === undefined ? {} : { ServiceRolesUnavailable: rolesUnavailable(situation) }),
    Paused: situation.paused
      ? {
          status: 'True',
          reason: 'PausedBySpec',
          message: 'spec.paused is true: nothing is written but this status and Events of it',
        }
      : { status: 'False', reason: 'NotPaused', message: 'The operator is in charge' },
  };
}

/** The generation of the spec that every server runs, or has run before something else went wrong; undefined where there is none. */
export const appliedGeneration = (
  { generation, previous, members, size }: Situation,
  applied: Finding,
): number | undefined =>
  applied.status === 'True' && members.length <= size ? generation : previous?.appliedGeneration;

/** Servers that run an older spec may serve well, but whoever waits for this one has to go on waiting. */
function ready(situation: Situation, applied: Finding): Finding {
  const { members, size, blocked, partition, paused, generation } = situation;
  if (blocked?.kind === 'taken') return { status: 'False', reason: 'NameTaken', message: blocked.why };
  const serving = members.filter(isServing).length;
  if (partition !== undefined) return partitioned(partition, members);
  const message = `${serving} of ${Math.max(size, members.length)} servers are ready and meshed`;
  if (size > 0 && serving >= size && members.every(isServing)) {
    if (appliedGeneration(situation, applied) === generation)
      return { status: 'True', reason: 'AllServersReady', message };
    const surplus = applied.status === 'True' && members.length > size;
    if (surplus) return idle('ScalingDown', `${message}, but ${size} are wanted`);
    return idle(paused ? 'Paused' : applied.reason, `${message}, but do not run this spec yet: ${applied.message}`);
  }
  const troubled = members.find(member => !isServing(member));
  const why = troubled === undefined ? '' : `: ${troubled.name} ${troubled.trouble ?? 'is not ready'}`;
  return { status: 'False', reason: 'ServersNotReady', message: message + why };
}

function partitioned({ groups, conflict }: Partition, members: readonly Member[]): Finding {
  const sides = groups.map(group => group.join(', ')).join(' and ');
  const count = `${groups.flat().length} of ${members.length} servers are ready`;
  const message = `${count}, but ${sides} have no routes with each other, for ${conflict.reason} (${conflict.option}): their clients do not see each other until all servers are replaced`;
  return { status: 'False', reason: 'Partitioned', message };
}

function progressing({
  step,
  problems,
  secrets,
  paused,
  blocked,
  members,
  failure,
  previous,
  scaleHold,
}: Situation): Finding {
  if (problems.length > 0) return idle('SpecInvalid', 'The spec can not be carried out; what runs stays as it is');
  if (paused) return idle('Paused', 'spec.paused is true');
  if (secrets !== undefined && secrets.problems.length > 0) return secretsHold(secrets, previous);
  if (blocked !== undefined) return blockedProgress(blocked);
  if (failure !== undefined) return idle('RolloutFailed', describeRollback(failure));
  switch (step.kind) {
    case 'create':
      return creating;
    case 'adopt':
      return busy('Adopting', 'The pods that the former operator made are taken over as they run');
    case 'retire':
      return busy('RollingUpdate', `${step.pod.metadata?.name ?? ''} of the former operator goes`);
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
    case 'unseen':
      return isNew(previous)
        ? creating
        : busy('Waiting', 'The StatefulSet controller has not seen the last change yet');
    case 'settled':
      if (scaleHold !== undefined) return idle('ScaleBlocked', scaleHold.reason);
      if (members.every(isServing)) return idle('Settled', 'Every server runs what the spec asks for');
      return isNew(previous) ? creating : busy('Healing', 'Servers are on their way to being ready and meshed');
  }
}

/** What nothing but a person can change; everything else passes, or the operator is working on it. */
const STALLED = new Set([
  'SpecInvalid',
  'SecretInvalid',
  'NameTaken',
  'Refused',
  'RolloutFailed',
  'ScaleBlocked',
  'ReloadFailed',
]);

/** Whether only a person can help. */
export const isStalled = ({ reason }: Finding): boolean => STALLED.has(reason);

function abnormal({
  Ready,
  Progressing,
  ConfigApplied,
}: Pick<Findings, 'Ready' | 'Progressing' | 'ConfigApplied'>): Abnormal {
  const stalled = [Progressing, ConfigApplied].find(isStalled);
  if (stalled !== undefined) return { Stalled: { ...stalled, status: 'True' } };
  if (Progressing.reason === 'Paused') return {};
  const unfinished =
    Progressing.status === 'True' ? Progressing : [ConfigApplied, Ready].find(({ status }) => status !== 'True');
  return unfinished === undefined ? {} : { Reconciling: { ...unfinished, status: 'True' } };
}

const creating = busy('Creating', 'The servers are being created');

/** Until its servers were ready for the first time, a cluster has nothing to heal, and every step of its making is the same news. */
const isNew = (previous: Situation['previous']): boolean => (previous?.phase ?? 'Creating') === 'Creating';

/** Ports of the node are all that keeps the pods from meeting the strictest standard. */
function describeValid({ hostPorts, isExempt, lacksServiceAccounts }: Situation): string {
  const ports = `servers take ${hostPorts.join(', ')} of their node's ports, which the Pod Security Standards baseline and restricted forbid`;
  const exempt =
    'the webhooks leave out this namespace, so that mistakes are not rejected when the NatsCluster is written, but reported here, and spec.size and spec.version get no defaults';
  const lacking = `but spec.auth.enableServiceAccounts makes nobody a user: ${TURNED_OFF}`;
  return [
    'The spec can be carried out',
    ...(hostPorts.length > 0 ? [ports] : []),
    ...(isExempt ? [exempt] : []),
    ...(lacksServiceAccounts ? [lacking] : []),
  ].join('; ');
}

/** What was said first stays: the words of an error may be others each time, and each write of the status is an event. */
function rolesUnavailable({ staleRoles = '', previous }: Situation): Finding {
  const { status, reason, message } = findCondition(previous, 'ServiceRolesUnavailable') ?? {};
  if (status === 'True' && reason === 'NotReadable' && message) return busy(reason, message);
  const kept = 'users of NatsServiceRoles and their tokens stay as they are until then, all else is reconciled';
  return busy(
    'NotReadable',
    `The operator can not read the NatsServiceRoles or what they need, and retries; ${kept}: ${staleRoles}`,
  );
}

function specValid(situation: Situation): Finding {
  const { problems, blocked } = situation;
  if (blocked?.kind === 'refused' && blocked.isInvalid)
    return { status: 'False', reason: 'Refused', message: blocked.why };
  if (problems.length === 0) return { status: 'True', reason: 'Valid', message: describeValid(situation) };
  return { status: 'False', reason: 'Invalid', message: summarizeProblems(problems) };
}
