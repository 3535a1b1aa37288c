import type { IssuedSecret, NatsServiceRoleStatus, UnservedAccount } from '../../../generated/nats-service-role';
import { summarizeProblems } from '../../schema/problem';
import type { Account, NatsServiceRoleObject } from '../service-role';
import type { RoleOutcome, ServedAccount } from '../plan/role-plan';
import type { RoleCluster } from '../plan/observed-roles';
import { toConditions, type ConditionState } from '../../nats-cluster/status/conditions';
import { isRoleStalled, type RoleReason } from '../../nats-cluster/status/role-reasons';
import { roleReadiness } from './readiness';

/** The maximum number of listed accounts: an account such as `default` exists in every namespace. */
const MAX_UNSERVED = 50;

/** The maximum number of listed tokens; the message of Ready has the total. */
const MAX_SECRETS = 250;

/** The status of a role. Equal input gives an equal status: the time is used only if a condition changes. */
export function serviceRoleStatus(outcome: RoleOutcome, cluster: RoleCluster, now: Date): NatsServiceRoleStatus {
  const { role, problems } = outcome.entry;
  const { generation = 0 } = role.metadata ?? {};
  const specValid: ConditionState<RoleReason> =
    problems.length === 0
      ? { status: 'True', reason: 'Valid', message: 'The spec is valid' }
      : { status: 'False', reason: 'Invalid', message: summarizeProblems(problems) };
  const Ready = roleReadiness(outcome, cluster);
  const stalled = isRoleStalled(Ready.reason) ? { Stalled: { ...Ready, status: 'True' as const } } : {};
  const found = { Ready, ...stalled, SpecValid: specValid };
  const unserved = outcome.unserved.slice(0, MAX_UNSERVED).map(account => toUnserved(role, account));
  return {
    observedGeneration: generation,
    ...(outcome.served.length === 0 ? {} : { secrets: outcome.served.slice(0, MAX_SECRETS).map(toIssuedSecret) }),
    ...(unserved.length === 0 ? {} : { unserved }),
    conditions: toConditions(found, role.status?.conditions ?? [], generation, now),
  };
}

function toIssuedSecret({ binding, renewal }: ServedAccount): IssuedSecret {
  const { secret, username } = binding;
  // Kubernetes' time format: whole seconds, UTC.
  const expirationTime = renewal === undefined ? undefined : new Date(renewal).toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...secret, username, ...(expirationTime === undefined ? {} : { expirationTime }) };
}

function toUnserved(role: NatsServiceRoleObject, { namespace, name }: Account): UnservedAccount {
  const { namespace: home = '' } = role.metadata ?? {};
  return { namespace, name, hint: `kubectl patch natsservicerole ${name} -n ${home} ${patchOf(role, namespace)}` };
}

/** The patch that adds a namespace. Short, because the status contains the hints of all accounts. */
function patchOf({ spec }: NatsServiceRoleObject, namespace: string): string {
  if ((spec?.namespaces ?? []).length === 0)
    return `--type=merge -p '${JSON.stringify({ spec: { namespaces: [namespace] } })}'`;
  return `--type=json -p '${JSON.stringify([{ op: 'add', path: '/spec/namespaces/-', value: namespace }])}'`;
}
