import type { Permissions } from '../../../generated/nats-service-role';

/** A user of NATS that stands for a Kubernetes ServiceAccount. Never to be logged, nor put into an Event or a status. */
export interface ServiceUser {
  /** The role's name or, for an account in another namespace, `<namespace>.<role>`. */
  readonly username: string;
  /** The account's token, as its clients send it. */
  readonly password: string;
  /** What the NatsServiceRole allows; what is absent is not restricted. */
  readonly permissions: Permissions;
}
