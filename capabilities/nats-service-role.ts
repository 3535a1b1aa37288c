import { Capability } from 'pepr';
import { NatsServiceRole } from '../generated/kinds';
import { toWatchEvent, watchAllEvents } from './watch-all-events';
import { controller } from './operator';

/**
 * Watches NatsServiceRoles; each change enqueues its NatsCluster. ServiceAccounts and token Secrets are watched by
 * metadata only.
 */
export const natsServiceRole = new Capability({
  name: 'nats-service-role',
  description: 'Gives Kubernetes ServiceAccounts access to NATS: issues and deletes their tokens',
});

watchAllEvents(natsServiceRole, NatsServiceRole, undefined, (role, phase) =>
  controller.serviceRoleChanged(role, toWatchEvent(phase)),
);
