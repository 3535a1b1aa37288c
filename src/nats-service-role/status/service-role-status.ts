import type { IssuedSecret, NatsServiceRoleStatus, UnservedAccount } from '../../../generated/nats-service-role';
import { summarizeProblems } from '../../schema/problem';
import type { Account, NatsServiceRoleObject } from '../service-role';
import type { RoleOutcome, ServedAccount } from '../plan/role-plan';
import type { RoleCluster } from '../plan/observed-roles';
import { toConditions, type ConditionState } from '../../nats-cluster/status/conditions';
import { isRoleStalled, type RoleReason } from '../../nats-cluster/status/role-reasons';
import { roleReadiness } from './readiness';

/** Of a name such as `default` there is an account in every namespace: so many are listed. */
const MAX_UNSERVED = 50;

/** A role of all namespaces may have a token in each of thousands: so many are listed, and the message of Ready counts them all. */
const MAX_SECRETS = 250;

/** The whole status of a role. It is the same for the same world: only a change of a condition brings the time into it. */
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
  // As Kubernetes writes a time: whole seconds, UTC.
  const expirationTime = renewal === undefined ? undefined : new Date(renewal).toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...secret, username, ...(expirationTime === undefined ? {} : { expirationTime }) };
}

function toUnserved(role: NatsServiceRoleObject, { namespace, name }: Account): UnservedAccount {
  const { namespace: home = '' } = role.metadata ?? {};
  return { namespace, name, hint: `kubectl patch natsservicerole ${name} -n ${home} ${patchOf(role, namespace)}` };
}

/** The patch that adds a namespace. It never repeats those that are there: the hints of all accounts stand in one status. */
function patchOf({ spec }: NatsServiceRoleObject, namespace: string): string {
  if ((spec?.namespaces ?? []).length === 0)
    return `--type=merge -p '${JSON.stringify({ spec: { namespaces: [namespace] } })}'`;
  return `--type=json -p '${JSON.stringify([{ op: 'add', path: '/spec/namespaces/-', value: namespace }])}'`;
}
