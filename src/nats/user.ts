import type { SubjectRules } from '../../generated/nats-service-role';

/** A user of nats.conf: by name and password, or by the public half of an nkey. */
export interface NatsUser {
  readonly username?: string;
  /** In the clear or as a bcrypt hash; none where the user is known by its certificate. */
  readonly password?: string;
  readonly nkey?: string;
  readonly permissions?: UserPermissions;
  /** How it may connect; any way where this is absent. */
  readonly connectionTypes?: readonly string[];
}

/** What a user may do. What is absent is not restricted; an empty list of allowed subjects allows nothing. */
export interface UserPermissions {
  readonly publish?: SubjectRules;
  readonly subscribe?: SubjectRules;
  /** Whether it may answer requests, whatever `publish` says; how many answers, and for how long. */
  readonly allowResponses?: boolean | ResponseLimits;
}

export interface ResponseLimits {
  readonly max?: number;
  /** A duration as Go reads it. */
  readonly expires?: string;
}

/** What tells users apart: NATS keeps nkeys and names in one list. */
export const userId = ({ username, nkey }: NatsUser): string => nkey ?? username ?? '';
