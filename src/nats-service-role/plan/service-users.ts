import type { Permissions } from '../../../generated/nats-service-role';
import type { ServiceUser } from '../../nats-cluster/spec/service-user';
import type { RoleOutcome } from './role-plan';

/**
 * The users that the roles' accounts are, in the order of their names.
 *
 * @param lastPermissions what a user may do by the configuration that the servers have: so it stays where the role's spec can not be carried
 *   out. A user who has nothing there is none.
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
