import { roleEventReasons, type EventDraft } from '../../nats-cluster/event-reasons';
import type { RoleAction } from './role-action';
import { idOf } from './observed-roles';

type RoleEventDraft = EventDraft<keyof typeof roleEventReasons>;

const toEvent = (reason: RoleEventDraft['reason'], message: string): RoleEventDraft => ({
  type: roleEventReasons[reason].type,
  reason,
  message,
});

/** The Event of an action, which never contains a token; undefined if it is not worth one. */
export function roleEvent(action: RoleAction): RoleEventDraft | undefined {
  switch (action.type) {
    case 'issueToken': {
      const { account, username, secret } = action.binding;
      const message = `ServiceAccount ${idOf(account)} is the user ${username}: its token is in the Secret ${idOf(secret)}`;
      return toEvent('TokenIssued', `${message} (${action.reason})`);
    }
    case 'deleteToken':
      return toEvent('TokenRemoved', `Deleted the Secret ${idOf(action.secret)}: ${action.reason}`);
    case 'labelToken':
    case 'addFinalizer':
    case 'removeFinalizer':
      return undefined;
  }
}
