import type { SubjectRules } from '../../generated/nats-service-role';

/** A user of nats.conf, identified by a name with a password or by a public nkey. */
export interface NatsUser {
  readonly username?: string;
  /** In plain text or as a bcrypt hash; unset for users authenticated by a certificate. */
  readonly password?: string;
  readonly nkey?: string;
  readonly permissions?: UserPermissions;
  /** Allowed connection types; all if unset. */
  readonly connectionTypes?: readonly string[];
}

/** Permissions of a user. Unset fields are unrestricted; an empty list of allowed subjects allows nothing. */
export interface UserPermissions {
  readonly publish?: SubjectRules;
  readonly subscribe?: SubjectRules;
  /** Whether the user may respond to requests regardless of `publish`; optionally how often and for how long. */
  readonly allowResponses?: boolean | ResponseLimits;
}

export interface ResponseLimits {
  readonly max?: number;
  /** A Go duration. */
  readonly expires?: string;
}

/** The unique ID of a user: nkeys and names share one namespace in NATS. */
export const userId = ({ username, nkey }: NatsUser): string => nkey ?? username ?? '';
