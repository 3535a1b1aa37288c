import type { PatchClaimAction } from '../action';
import type { Conflict } from '../apply/plan-children';
import type { Child } from '../children';
import type { Member } from '../rollout/members';
import type { NextStep } from '../rollout/next-step';
import type { SecretWarning } from '../secrets/secret-problems';

/** What the children are to be, the one step that this takes towards the spec, and the servers as they stand. */
export interface ClusterPlan {
  /** In the order that they are applied in. What is not among them stays as it is. */
  readonly children: readonly Child[];
  /** Why the children cannot be written, independent of their owners. */
  readonly conflict?: Conflict;
  /** The changes of claims; none if absent. */
  readonly claims?: readonly PatchClaimAction[];
  readonly step: NextStep;
  readonly members: readonly Member[];
  /** The number of servers that there are to be. */
  readonly size: number;
  /** Undefined where the configuration does not follow the spec. */
  readonly config?: ConfigPlan;
  /** Why the servers keep the last good template instead of the desired one. */
  readonly failure?: string | undefined;
  /** Milliseconds until a template that failed may be tried again; Infinity or absent where nobody waits for that. */
  readonly retryIn?: number;
}

export interface ConfigPlan {
  /** The files of the configuration Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the configuration as the status shows it; undefined while no Secret holds it. */
  readonly digest: string | undefined;
  readonly warnings: readonly SecretWarning[];
}
