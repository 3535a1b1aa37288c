import type { RoleAction } from './role-plan';
import { idOf } from './role-world';

/** What people are told, as an Event of the NatsServiceRole. Never holds a token. */
export interface RoleNotice {
  readonly type: 'Normal';
  readonly reason: 'TokenIssued' | 'TokenRemoved';
  readonly message: string;
}

/** How an action is told; undefined where it is not worth an Event. */
export function roleNotice(action: RoleAction): RoleNotice | undefined {
  switch (action.type) {
    case 'issue': {
      const { account, username, secret } = action.binding;
      const message = `ServiceAccount ${idOf(account)} is the user ${username}: its token is in the Secret ${idOf(secret)}`;
      return { type: 'Normal', reason: 'TokenIssued', message: `${message} (${action.reason})` };
    }
    case 'drop':
      return {
        type: 'Normal',
        reason: 'TokenRemoved',
        message: `Removed the Secret ${idOf(action.secret)}: ${action.reason}`,
      };
    case 'mark':
    case 'hold':
    case 'release':
      return undefined;
  }
}
