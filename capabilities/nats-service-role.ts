import { Capability } from 'pepr';
import { NatsServiceRole } from '../generated/kinds';
import { watchAllEvents } from './every-phase';
import { controller } from './operator';
import { toWatchEvent } from './watched-object';

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
