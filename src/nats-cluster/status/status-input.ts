import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import type { Problem } from '../../schema/problem';
import type { SecretsValidation } from '../secrets/validate-secrets';
import type { AlteredFields } from '../apply/altered-fields';
import type { Conflict } from '../apply/plan-children';
import type { ServerVolume } from '../jetstream/claims';
import type { JetStreamHealth } from '../jetstream/health';
import type { Member } from '../rollout/members';
import type { Partition } from '../rollout/route-partition';
import type { RemotesReview } from '../rollout/remotes';
import type { PendingReload } from '../reload/plan-reload';
import type { BlockedScaling } from '../rollout/blocked-scaling';
import type { NextStep } from '../rollout/next-step';

/** The input of the status. */
export interface StatusInput {
  /** The generation of the observed spec. */
  readonly generation: number;
  readonly problems: readonly Problem[];
  /** The validated Secrets; undefined if the spec is invalid. */
  readonly secrets: SecretsValidation | undefined;
  readonly paused: boolean;
  /** The webhooks exclude its namespace. */
  readonly isExempt: boolean;
  /** The spec enables service accounts, and the operator is configured without them. */
  readonly lacksServiceAccounts: boolean;
  /** Why NatsServiceRoles are unreadable; undefined if they are readable. */
  readonly staleRoles: string | undefined;
  /** The host ports of each server; none if the spec is invalid. */
  readonly hostPorts: readonly number[];
  /** Why a child cannot be written: another owner or a terminating object has its name, or the API server rejects it. */
  readonly blocked: Conflict | undefined;
  /** The desired number of servers. */
  readonly size: number;
  readonly members: readonly Member[];
  /**
   * Users and permissions while the rest of the configuration stays as it is: all current, or only revoked ones removed;
   * undefined if the configuration follows the spec, or does not exist yet.
   */
  readonly access: 'current' | 'revoked' | undefined;
  /** Why the size of the spec is not applied. */
  readonly blockedScaling: BlockedScaling | undefined;
  /** The partition of the ready servers, if some cannot have routes to others during a rollout. */
  readonly partition: Partition | undefined;
  /** The servers whose reload is not verified yet. */
  readonly pendingReloads: readonly PendingReload[];
  /** The state of the remotes; undefined if the spec has none or is invalid. */
  readonly remotes: RemotesReview | undefined;
  /** Servers have JetStream by `spec.jetstream`. */
  readonly hasJetStream: boolean;
  /** How it is; undefined if no server has been asked. */
  readonly jetstream: JetStreamHealth | undefined;
  /** The volumes that it stores in. */
  readonly volumes: readonly ServerVolume[];
  readonly step: NextStep;
  /** Why the servers keep the last good template instead of the desired one. */
  readonly failure: string | undefined;
  /** The fields that the API server stores differently than applied; undefined if the children were not compared. */
  readonly altered: AlteredFields | undefined;
  /** The previous status. */
  readonly previous: NatsClusterStatus | undefined;
}
