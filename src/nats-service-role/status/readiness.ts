import { CLUSTER_LABEL, CLUSTERS_ANNOTATION } from '../../nats-cluster/spec/labels';
import { ALL_NAMESPACES } from '../service-role';
import type { RoleOutcome } from '../plan/role-plan';
import { idOf, type RoleCluster } from '../plan/observed-roles';
import { TURNED_OFF, type ConditionState } from '../../nats-cluster/status/conditions';
import type { RoleReason } from '../../nats-cluster/status/role-reasons';

/** Whether every account of a role is a user of its cluster, or why not. */
export function roleReadiness(outcome: RoleOutcome, cluster: RoleCluster): ConditionState<RoleReason> {
  const { entry, conflicts, waiting, served } = outcome;
  if (entry.problems.length > 0)
    return not('SpecInvalid', 'Spec is invalid; the users that the role has stay as they are');
  const unusable = clusterProblem(cluster);
  if (unusable !== undefined) return unusable;
  const [conflict] = conflicts;
  if (conflict !== undefined) {
    const { account, username, takenBy } = conflict;
    const why = `the user ${username} is in ${takenBy} already`;
    return not('UserNameConflict', `ServiceAccount ${idOf(account)} cannot be served: ${why}; rename one of the two`);
  }
  const failed = waiting.find(({ why }) => why !== undefined) ?? waiting[0];
  if (failed !== undefined) {
    const account = idOf(failed.binding.account);
    return failed.why === undefined
      ? not(cluster.suspended ?? 'Issuing', `ServiceAccount ${account} has no token yet${describeSuspension(cluster)}`)
      : not('TokenRequestFailed', `ServiceAccount ${account} gets no token: ${failed.why}`);
  }
  const missing = missingConsent(outcome, cluster);
  if (missing !== undefined) return missing;
  const limits = unwilling(outcome, cluster) + beyondReach(outcome, cluster);
  return served.length === 0
    ? not('NoServiceAccount', noAccountMessage(outcome) + limits)
    : { status: 'True', reason: 'TokensIssued', message: servedMessage(outcome) + limits };
}

function describeSuspension({ name, suspended }: RoleCluster): string {
  if (suspended === undefined) return '';
  return suspended === 'Paused'
    ? `: the NatsCluster ${name} is paused`
    : `: the NatsCluster ${name} is invalid; see its conditions SpecValid and SecretsValid`;
}

const not = (reason: RoleReason, message: string): ConditionState<RoleReason> => ({ status: 'False', reason, message });

function clusterProblem({ name, namespace, state, issuesTokens }: RoleCluster): ConditionState<RoleReason> | undefined {
  if (name === '') {
    const advice = 'set it to the name of a NatsCluster in this namespace';
    return not('NoCluster', `The label ${CLUSTER_LABEL} is not set, so the role serves no cluster: ${advice}`);
  }
  if (state === 'missing') {
    return not(
      'ClusterMissing',
      `There is no NatsCluster ${name} in the namespace ${namespace} (label ${CLUSTER_LABEL})`,
    );
  }
  if (state === 'disabled')
    return not(
      'Disabled',
      `The NatsCluster ${name} does not have spec.auth.enableServiceAccounts, so the role creates no user`,
    );
  return issuesTokens ? undefined : not('TurnedOff', `The role creates no user: ${TURNED_OFF}`);
}

/** Missing consent counts for accounts with a token or in a listed namespace; most accounts that only `*` covers will never agree. */
function missingConsent(
  { entry: { role }, reluctant, served }: RoleOutcome,
  cluster: RoleCluster,
): ConditionState<RoleReason> | undefined {
  const { namespaces = [] } = role.spec ?? {};
  const former = served.find(({ binding }) => !binding.isAgreed)?.binding.account;
  if (former !== undefined) {
    const token = `ServiceAccount ${idOf(former)} has a token from before consent was required, which is never replaced`;
    return not('ConsentMissing', `${token}: it agrees by ${consentCommand(former, cluster)}`);
  }
  const count = reluctant.filter(({ namespace }) => namespaces.includes(namespace)).length;
  const { name = '' } = role.metadata ?? {};
  if (count === 0) return undefined;
  const accounts = count === 1 ? '1 ServiceAccount' : `${count} ServiceAccounts`;
  const command = consentCommand({ name, namespace: 'NAMESPACE' }, cluster);
  return not('ConsentMissing', `${accounts} in other namespaces cannot be served before they agree: ${command}`);
}

const consentCommand = (
  { namespace, name }: { namespace: string; name: string },
  cluster: Pick<RoleCluster, 'namespace' | 'name'>,
): string => `kubectl annotate serviceaccount ${name} -n ${namespace} ${CLUSTERS_ANNOTATION}=${idOf(cluster)}`;

/** How many accounts have no token, and why. Their names are only in the operator's log, for administrators. */
function unwilling({ entry: { role }, reluctant, excess }: RoleOutcome, cluster: RoleCluster): string {
  const command = consentCommand({ name: role.metadata?.name ?? '', namespace: 'NAMESPACE' }, cluster);
  return [
    ...(reluctant.length === 0 ? [] : [`; ${reluctant.length} of that name do not agree (${command})`]),
    ...(excess === 0 ? [] : [`; ${excess} exceed what one role serves`]),
  ].join('');
}

function noAccountMessage({ entry: { role }, unserved }: RoleOutcome): string {
  const { name = '', namespace = '' } = role.metadata ?? {};
  const elsewhere = unserved.length === 0 ? '' : `; it does not serve those in other namespaces (status.unserved)`;
  const where = describePlaces(namespace, role.spec?.namespaces ?? []);
  return `There is no ServiceAccount ${name} in ${where}${elsewhere}`;
}

/** What the role requires beyond the operator's scope. */
function beyondReach({ entry: { role } }: RoleOutcome, { reach }: RoleCluster): string {
  const beyond = (role.spec?.namespaces ?? []).filter(name => reach !== undefined && !reach.includes(name));
  if (reach === undefined || beyond.length === 0) return '';
  const others = beyond.map(name => (name === ALL_NAMESPACES ? 'all others' : name)).join(', ');
  return `; this operator watches only ${reach.join(', ')}, not ${others}`;
}

const describePlaces = (own: string, others: readonly string[]): string =>
  others.includes(ALL_NAMESPACES) ? 'any namespace' : [own, ...others.filter(other => other !== own)].join(', ');

function servedMessage({ served, unserved }: RoleOutcome): string {
  const users =
    served.length === 1 ? '1 ServiceAccount has its token' : `${served.length} ServiceAccounts have their tokens`;
  if (unserved.length === 0) return users;
  const others = unserved.length === 1 ? '1 of that name is' : `${unserved.length} of that name are`;
  return `${users}; ${others} in namespaces that the role does not name (status.unserved)`;
}
