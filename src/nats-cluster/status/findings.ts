import { findCondition } from './find-condition';
import { summarizeProblems } from '../../schema/problem';
import { isServing, type Member } from '../rollout/members';
import type { Partition } from '../rollout/route-partition';
import { altered } from './altered';
import { reasonOf } from './condition-reasons';
import { conditionFalse, conditionTrue, TURNED_OFF, type Finding, type Findings } from './conditions';
import { configApplied } from './config-applied';
import { remotesConnected } from './connected';
import { progress } from './progress';
import { secretsValid } from './secrets-valid';
import type { Situation } from './situation';

/** The state of a cluster, condition by condition. */
export function findings(situation: Situation): Findings {
  const ConfigApplied = configApplied(situation);
  const Ready = ready(situation, ConfigApplied);
  const isAltered = altered(situation);
  return {
    Ready,
    ...abnormal(situation, progress(situation), { Ready, ConfigApplied }),
    ConfigApplied,
    SpecValid: specValid(situation),
    SecretsValid: secretsValid(situation.secrets),
    ...(situation.neighbours === undefined ? {} : { RemotesConnected: remotesConnected(situation.neighbours) }),
    ...(isAltered === undefined ? {} : { Altered: isAltered }),
    ...(situation.staleRoles === undefined ? {} : { ServiceRolesUnavailable: rolesUnavailable(situation) }),
    Paused: situation.paused
      ? conditionTrue('PausedBySpec', 'spec.paused is true: only this status and Events are written')
      : conditionFalse('NotPaused', 'Reconciliation is active'),
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
  if (blocked?.kind === 'taken') return conditionFalse('NameConflict', blocked.why);
  const serving = members.filter(isServing).length;
  if (partition !== undefined) return partitioned(partition, members);
  if (Math.max(size, members.length) === 0) return conditionFalse('ServersNotReady', describeNone(situation));
  const message = `${serving} of ${Math.max(size, members.length)} servers ready`;
  if (size > 0 && serving >= size && members.every(isServing)) {
    if (appliedGeneration(situation, applied) === generation) return conditionTrue('AllServersReady', message);
    const surplus = applied.status === 'True' && members.length > size;
    if (surplus) return conditionFalse('ScalingDown', `${message}, the spec asks for ${size}`);
    const reason = paused ? 'Paused' : applied.reason;
    return conditionFalse(reason, `${message}, but they do not run this spec yet: ${applied.message}`);
  }
  const troubled = members.find(member => !isServing(member));
  const why = troubled === undefined ? '' : `; ${troubled.name} ${troubled.trouble ?? 'is not ready'}`;
  return conditionFalse('ServersNotReady', message + why);
}

function describeNone({ problems, secrets }: Situation): string {
  if (problems.length > 0) return 'No servers yet: the spec is invalid';
  const missing = secrets?.problems ?? [];
  return missing.length > 0 ? `No servers yet, waiting for Secrets: ${summarizeProblems(missing)}` : 'No servers yet';
}

function partitioned({ groups, conflict }: Partition, members: readonly Member[]): Finding {
  const sides = groups.map(group => group.join(', ')).join(' and ');
  const count = `${groups.flat().length} of ${members.length} servers ready`;
  const message = `${count}, but ${sides} have no routes to each other, because ${conflict.reason} (${conflict.option}): their clients do not reach each other until all servers are replaced`;
  return conditionFalse('Partitioned', message);
}

/** The two are true or absent, and never both; who pauses a cluster waits for nothing. */
function abnormal(
  { paused }: Situation,
  working: Finding | undefined,
  { Ready, ConfigApplied }: Pick<Findings, 'Ready' | 'ConfigApplied'>,
): Pick<Findings, 'Reconciling' | 'Stalled'> {
  // A new cluster may wait for somebody who is about to create its Secrets.
  const stalled = working?.reason === 'WaitingForSecrets' ? undefined : [working, ConfigApplied].find(isStalled);
  if (stalled !== undefined) return { Stalled: { ...stalled, status: 'True' } };
  if (paused) return {};
  const unfinished = working ?? [ConfigApplied, Ready].find(({ status }) => status !== 'True');
  return unfinished === undefined ? {} : { Reconciling: { ...unfinished, status: 'True' } };
}

const isStalled = (finding: Finding | undefined): finding is Finding =>
  finding !== undefined && finding.status !== 'Unknown' && reasonOf('Stalled', finding.reason)?.severity === 'stalled';

/** Ports of the node are all that keeps the pods from meeting the strictest standard. */
function describeValid({ hostPorts, isExempt, lacksServiceAccounts }: Situation): string {
  const ports = `servers use the host ports ${hostPorts.join(', ')}, which the Pod Security Standards baseline and restricted forbid`;
  const exempt =
    'the webhooks exclude this namespace: mistakes are not rejected when the NatsCluster is written, but reported here, and spec.size and spec.version get no defaults';
  const lacking = `but spec.auth.enableServiceAccounts makes nobody a user: ${TURNED_OFF}`;
  return [
    'The spec is valid',
    ...(hostPorts.length > 0 ? [ports] : []),
    ...(isExempt ? [exempt] : []),
    ...(lacksServiceAccounts ? [lacking] : []),
  ].join('; ');
}

/** The first message stays: the text of an error may differ each time, and each write of the status is an event. */
function rolesUnavailable({ staleRoles = '', previous }: Situation): Finding {
  const { status, reason, message } = findCondition(previous, 'ServiceRolesUnavailable') ?? {};
  if (status === 'True' && reason === 'NotReadable' && message) return conditionTrue(reason, message);
  const kept = 'users of NatsServiceRoles and their tokens stay as they are until then, all else is reconciled';
  return conditionTrue(
    'NotReadable',
    `The operator cannot read the NatsServiceRoles or what they need, and retries; ${kept}: ${staleRoles}`,
  );
}

function specValid(situation: Situation): Finding {
  const { problems, blocked } = situation;
  if (blocked?.kind === 'refused' && blocked.isInvalid) return conditionFalse('ApplyRejected', blocked.why);
  if (problems.length === 0) return conditionTrue('Valid', describeValid(situation));
  return conditionFalse('Invalid', summarizeProblems(problems));
}
