import { TOKENS_FINALIZER, type NatsServiceRoleObject } from '../service-role';
import type { AccountBinding } from './account-bindings';
import type { RoleAction } from './role-action';
import type { ObservedRoles } from './observed-roles';

/**
 * Plans finalizers: a role has one exactly while tokens of it are in other namespaces, or about to be. So a namespace whose
 * roles are local can be deleted while no operator runs.
 */
export function planFinalizers(
  { roles, tokens, cluster }: ObservedRoles,
  bindings: readonly AccountBinding[],
): { holds: RoleAction[]; releases: RoleAction[] } {
  const isHeldBy = (role: NatsServiceRoleObject): boolean =>
    tokens.some(({ secret }) => secret.role === role.metadata?.name && secret.namespace !== cluster.namespace);
  const isAboutTo = (role: NatsServiceRoleObject): boolean =>
    cluster.suspended === undefined && bindings.some(binding => binding.role === role && !binding.isLocal);
  // Nobody may delete the tokens then, and the role and its namespace must not wait for that.
  const isLeft = (role: NatsServiceRoleObject): boolean =>
    !cluster.issuesTokens && role.metadata?.deletionTimestamp !== undefined;
  const isNeeded = (role: NatsServiceRoleObject): boolean => !isLeft(role) && (isHeldBy(role) || isAboutTo(role));
  const all = roles.map(({ role }) => ({ role, needed: isNeeded(role), held: isHeld(role) }));
  return {
    // The API server rejects new finalizers on a terminating role.
    holds: all.flatMap(({ role, needed, held }) =>
      needed && !held && role.metadata?.deletionTimestamp === undefined ? [{ type: 'addFinalizer', role }] : [],
    ),
    releases: all.flatMap(({ role, needed, held }) => (held && !needed ? [{ type: 'removeFinalizer', role }] : [])),
  };
}

const isHeld = ({ metadata }: NatsServiceRoleObject): boolean =>
  metadata?.finalizers?.includes(TOKENS_FINALIZER) ?? false;
