import type { ServiceUser } from '../../model/service-user';
import type { RoleOutcome } from './role-plan';

/** The users that the roles' accounts are, in the order of their names. */
export function serviceUsers(outcomes: readonly RoleOutcome[]): ServiceUser[] {
  const users = outcomes.flatMap(({ entry: { role }, served }) =>
    served.map(({ binding: { username }, token }) => ({
      username,
      password: token,
      permissions: role.spec?.permissions ?? {},
    })),
  );
  return users.sort((a, b) => (a.username < b.username ? -1 : 1));
}
