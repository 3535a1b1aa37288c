import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import type { Problem } from '../../schema/problem';
import type { SecretsValidation } from '../secrets/validate-secrets';
import type { AlteredFields } from '../apply/altered-fields';
import type { Conflict } from '../apply/plan-children';
import type { Member } from '../rollout/members';
import type { Partition } from '../rollout/route-partition';
import type { RemotesReview } from '../rollout/remotes';
import type { PendingReload } from '../reload/plan-reload';
import type { ScaleHold } from '../rollout/scale-hold';
import type { NextStep } from '../rollout/next-step';

/** What a sync knows when it comes to the status. */
export interface StatusInput {
  /** The generation of the spec that this is about. */
  readonly generation: number;
  readonly problems: readonly Problem[];
  /** What the Secrets hold; undefined where the spec is not valid, and nobody looked. */
  readonly secrets: SecretsValidation | undefined;
  readonly paused: boolean;
  /** Its namespace is one that the webhooks leave out. */
  readonly isExempt: boolean;
  /** The spec enables service accounts, and the operator is configured without them. */
  readonly lacksServiceAccounts: boolean;
  /** Why NatsServiceRoles can't be read; undefined where they can. */
  readonly staleRoles: string | undefined;
  /** The ports of its node that each server takes; none where the spec is not valid. */
  readonly hostPorts: readonly number[];
  /** Why a child can't be written: somebody else has its name, for good or for a moment. */
  readonly blocked: Conflict | undefined;
  /** The wanted number of servers. */
  readonly size: number;
  readonly members: readonly Member[];
  /**
   * What becomes of users and permissions while the rest of the configuration stays as it is: they are as wanted, or only those who were taken out
   * are gone; undefined where nothing is held back, or there is no configuration yet.
   */
  readonly access: 'current' | 'revoked' | undefined;
  /** Why the servers do not get the number that the spec asks for. */
  readonly scaleHold: ScaleHold | undefined;
  /** How the ready servers are parted, where some can't have routes with others while a roll replaces them. */
  readonly partition: Partition | undefined;
  /** The servers that have yet to prove that they have reloaded what changed. */
  readonly pendingReloads: readonly PendingReload[];
  /** The state of the remotes; undefined if the spec has none or is invalid. */
  readonly remotes: RemotesReview | undefined;
  readonly step: NextStep;
  /** Why the servers keep the last good template instead of the wanted one. */
  readonly failure: string | undefined;
  /** What the API server stores otherwise than it is applied; undefined where the children were not compared. */
  readonly altered: AlteredFields | undefined;
  /** The status as it was. */
  readonly previous: NatsClusterStatus | undefined;
}
