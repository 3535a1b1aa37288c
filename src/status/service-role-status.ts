import type { IssuedSecret, NatsServiceRoleStatus, UnservedAccount } from '../../generated/nats-service-role';
import { describeProblem } from '../model/problem';
import type { Account, NatsServiceRoleObject } from '../model/service-role';
import type { RoleOutcome, ServedAccount } from '../plan/service-roles/role-plan';
import type { RoleCluster } from '../plan/service-roles/role-world';
import { toConditions, type Finding } from './conditions';
import { roleReadiness } from './service-role-readiness';

/** Of a name such as `default` there is an account in every namespace: so many are listed. */
const MAX_UNSERVED = 50;

/** The whole status of a role. It is the same for the same world: only a change of a condition brings the time into it. */
export function serviceRoleStatus(outcome: RoleOutcome, cluster: RoleCluster, now: Date): NatsServiceRoleStatus {
  const { role, problems } = outcome.entry;
  const { generation = 0 } = role.metadata ?? {};
  const specValid: Finding =
    problems.length === 0
      ? { status: 'True', reason: 'Valid', message: 'The spec can be carried out' }
      : { status: 'False', reason: 'Invalid', message: problems.map(describeProblem).join('; ') };
  const found = { Ready: roleReadiness(outcome, cluster), SpecValid: specValid };
  const unserved = outcome.unserved.slice(0, MAX_UNSERVED).map(account => toUnserved(role, account));
  return {
    observedGeneration: generation,
    ...(outcome.served.length === 0 ? {} : { secrets: outcome.served.map(toIssuedSecret) }),
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
  const patch = JSON.stringify({ spec: { namespaces: [...(role.spec?.namespaces ?? []), namespace] } });
  const { namespace: home = '' } = role.metadata ?? {};
  return { namespace, name, hint: `kubectl patch natsservicerole ${name} -n ${home} --type=merge -p '${patch}'` };
}
