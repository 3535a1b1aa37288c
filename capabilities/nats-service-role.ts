import { Capability } from 'pepr';
import { NatsServiceRole } from '../generated/kinds';
import { watchAllEvents } from './every-phase';
import { controller } from './operator';
import { toWatchEvent } from './watched-object';

/**
 * Each change of a NatsServiceRole gives its cluster a turn of the controller. The ServiceAccounts that roles serve, and the Secrets of
 * their tokens, are watched by their metadata alone.
 */
export const natsServiceRole = new Capability({
  name: 'nats-service-role',
  description: 'Makes Kubernetes ServiceAccounts users of NATS: issues their tokens, and removes them',
});

watchAllEvents(natsServiceRole, NatsServiceRole, undefined, (role, phase) =>
  controller.serviceRoleChanged(role, toWatchEvent(phase)),
);
