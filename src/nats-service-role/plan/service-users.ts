import type { Permissions } from '../../../generated/nats-service-role';
import type { ServiceUser } from '../../nats-cluster/spec/service-user';
import type { RoleOutcome } from './role-plan';

/**
 * The users for the roles' accounts, ordered by name.
 *
 * @param lastPermissions the permissions of a user in the servers' configuration, which stay while the role's spec is
 *   invalid. A user without any there is left out.
 */
export function serviceUsers(
  outcomes: readonly RoleOutcome[],
  lastPermissions: (username: string) => Permissions | undefined,
): ServiceUser[] {
  const users = outcomes.flatMap(({ entry: { role, problems }, served }) =>
    served.flatMap(({ binding: { username }, token: password }) => {
      const permissions = problems.length === 0 ? (role.spec?.permissions ?? {}) : lastPermissions(username);
      return permissions === undefined ? [] : [{ username, password, permissions }];
    }),
  );
  return users.sort((a, b) => (a.username < b.username ? -1 : 1));
}
