import { findCondition } from './find-condition';
import { summarizeProblems } from '../../schema/problem';
import { isHealthy, type Member } from '../rollout/members';
import type { Partition } from '../rollout/route-partition';
import { altered } from './altered';
import { reasonOf } from './condition-reasons';
import { conditionFalse, conditionTrue, TURNED_OFF, type ConditionState, type Conditions } from './conditions';
import { configApplied } from './config-applied';
import { remotesConnected } from './connected';
import { jetStreamReady, storageHealthy } from './jetstream';
import { progress } from './progress';
import { secretsValid } from './secrets-valid';
import type { StatusInput } from './status-input';

/** The state of a cluster, condition by condition. */
export function conditionStates(statusInput: StatusInput): Conditions {
  const ConfigApplied = configApplied(statusInput);
  const Ready = ready(statusInput, ConfigApplied);
  const isAltered = altered(statusInput);
  return {
    Ready,
    ...abnormal(statusInput, progress(statusInput), { Ready, ConfigApplied }),
    ConfigApplied,
    SpecValid: specValid(statusInput),
    SecretsValid: secretsValid(statusInput.secrets),
    ...(statusInput.remotes === undefined ? {} : { RemotesConnected: remotesConnected(statusInput.remotes) }),
    ...(statusInput.hasJetStream ? ofJetStream(statusInput.jetstream) : {}),
    ...(isAltered === undefined ? {} : { Altered: isAltered }),
    ...(statusInput.staleRoles === undefined ? {} : { ServiceRolesUnavailable: rolesUnavailable(statusInput) }),
    Paused: statusInput.paused
      ? conditionTrue('PausedBySpec', 'spec.paused is true: only this status and Events are written')
      : conditionFalse('NotPaused', 'Reconciliation is active'),
  };
}

const ofJetStream = (health: StatusInput['jetstream']): Pick<Conditions, 'JetStreamReady' | 'StorageHealthy'> => ({
  JetStreamReady: jetStreamReady(health),
  ...(health === undefined || health.servers.length === 0 ? {} : { StorageHealthy: storageHealthy(health) }),
});

/** The generation of the spec that every server runs, or has run before something else went wrong; undefined where there is none. */
export const appliedGeneration = (
  { generation, previous, members, size }: StatusInput,
  applied: ConditionState,
): number | undefined =>
  applied.status === 'True' && members.length <= size ? generation : previous?.appliedGeneration;

/** Servers may serve with an older spec, but a client that waits for this one has to keep waiting. */
function ready(statusInput: StatusInput, applied: ConditionState): ConditionState {
  const { members, size, blocked, partition, paused, generation, step } = statusInput;
  if (blocked?.kind === 'foreignOwner') return conditionFalse('NameConflict', blocked.why);
  if (step.kind === 'hibernated') return conditionFalse('Hibernated', 'spec.hibernate is true: no server runs');
  const serving = members.filter(isHealthy).length;
  if (partition !== undefined) return partitioned(partition, members);
  if (Math.max(size, members.length) === 0) return conditionFalse('ServersNotReady', describeNone(statusInput));
  const message = `${serving} of ${Math.max(size, members.length)} servers ready`;
  if (size > 0 && serving >= size && members.every(isHealthy)) {
    if (appliedGeneration(statusInput, applied) === generation) return conditionTrue('AllServersReady', message);
    const excessPods = applied.status === 'True' && members.length > size;
    if (excessPods) return conditionFalse('ScalingDown', `${message}, the spec asks for ${size}`);
    const reason = paused ? 'Paused' : applied.reason;
    return conditionFalse(reason, `${message}, but they do not run this spec yet: ${applied.message}`);
  }
  const unhealthy = members.find(member => !isHealthy(member));
  const why = unhealthy === undefined ? '' : `; ${unhealthy.name} ${unhealthy.statusMessage ?? 'is not ready'}`;
  return conditionFalse('ServersNotReady', message + why);
}

function describeNone({ problems, secrets }: StatusInput): string {
  if (problems.length > 0) return 'No servers yet: the spec is invalid';
  const missing = secrets?.problems ?? [];
  return missing.length > 0 ? `No servers yet, waiting for Secrets: ${summarizeProblems(missing)}` : 'No servers yet';
}

function partitioned({ groups, conflict }: Partition, members: readonly Member[]): ConditionState {
  const sides = groups.map(group => group.join(', ')).join(' and ');
  const count = `${groups.flat().length} of ${members.length} servers ready`;
  const message = `${count}, but ${sides} have no routes to each other, because ${conflict.reason} (${conflict.option}): their clients do not reach each other until all servers are replaced`;
  return conditionFalse('Partitioned', message);
}

/** The two are true or absent, and never both; who pauses a cluster waits for nothing. */
function abnormal(
  { paused, step }: StatusInput,
  working: ConditionState | undefined,
  { Ready, ConfigApplied }: Pick<Conditions, 'Ready' | 'ConfigApplied'>,
): Pick<Conditions, 'Reconciling' | 'Stalled'> {
  // A new cluster may wait for Secrets that are about to be created.
  const stalled = working?.reason === 'WaitingForSecrets' ? undefined : [working, ConfigApplied].find(isStalled);
  if (stalled !== undefined) return { Stalled: { ...stalled, status: 'True' } };
  if (paused || step.kind === 'hibernated') return {};
  const unfinished = working ?? [ConfigApplied, Ready].find(({ status }) => status !== 'True');
  return unfinished === undefined ? {} : { Reconciling: { ...unfinished, status: 'True' } };
}

const isStalled = (finding: ConditionState | undefined): finding is ConditionState =>
  finding !== undefined && finding.status !== 'Unknown' && reasonOf('Stalled', finding.reason)?.severity === 'stalled';

/** Ports of the node are all that keeps the pods from meeting the strictest standard. */
function describeValid({ hostPorts, isExempt, lacksServiceAccounts }: StatusInput): string {
  const ports = `servers use the host ports ${hostPorts.join(', ')}, which the Pod Security Standards baseline and restricted forbid`;
  const exempt =
    'the webhooks exclude this namespace: mistakes are not rejected when the NatsCluster is written, but reported here, and spec.size and spec.version get no defaults';
  const lacking = `but spec.auth.enableServiceAccounts creates no users: ${TURNED_OFF}`;
  return [
    'The spec is valid',
    ...(hostPorts.length > 0 ? [ports] : []),
    ...(isExempt ? [exempt] : []),
    ...(lacksServiceAccounts ? [lacking] : []),
  ].join('; ');
}

/** The first message stays: the text of an error may differ each time, and each write of the status is an event. */
function rolesUnavailable({ staleRoles = '', previous }: StatusInput): ConditionState {
  const { status, reason, message } = findCondition(previous, 'ServiceRolesUnavailable') ?? {};
  if (status === 'True' && reason === 'NotReadable' && message) return conditionTrue(reason, message);
  const kept = 'users of NatsServiceRoles and their tokens stay as they are until then, all else is reconciled';
  return conditionTrue(
    'NotReadable',
    `The operator cannot read the NatsServiceRoles or what they need, and retries; ${kept}: ${staleRoles}`,
  );
}

function specValid(statusInput: StatusInput): ConditionState {
  const { problems, blocked } = statusInput;
  if (blocked?.kind === 'rejected' && blocked.isInvalid) return conditionFalse('ApplyRejected', blocked.why);
  if (problems.length === 0) return conditionTrue('Valid', describeValid(statusInput));
  return conditionFalse('Invalid', summarizeProblems(problems));
}
