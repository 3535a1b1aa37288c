import type { EventReason } from '../event-reasons';
import type { ConditionType } from './condition-types';
import type { ClusterState } from './states';

/** A reason of conditions: what it means, what to do, and what follows from it. docs/events.md is written from it. */
export interface ReasonRow<Type extends string = ConditionType> {
  readonly reason: string;
  /** The conditions that have it. */
  readonly types: readonly Type[];
  /** `progress` passes by itself, or the operator is working on it; `stalled` is what only a person can change. */
  readonly severity: 'ok' | 'progress' | 'warning' | 'stalled';
  /** The Event when a condition takes this reason on; with `onlyAfter` only where its status was that before. */
  readonly event?: EventReason;
  readonly onlyAfter?: 'True' | 'False';
  /** Recorded again for another message of the same reason, which is another mistake. */
  readonly isMistake?: true;
  /** The word that `kubectl get` shows while this is why the cluster is worked on, or is not. */
  readonly state?: ClusterState;
  /** Servers that are not ready meanwhile are expected, and no news. */
  readonly isPlanned?: true;
  readonly meaning: string;
  readonly action: string;
}

export type Types = readonly ConditionType[];
type Facts = Pick<ReasonRow, 'event' | 'onlyAfter' | 'isMistake' | 'state' | 'isPlanned'>;

const row =
  (severity: ReasonRow['severity']) =>
  <const Reason extends string>(
    reason: Reason,
    types: Types,
    facts: Facts,
    meaning: string,
    action = 'nothing',
  ): ReasonRow & { readonly reason: Reason } => ({ reason, types, severity, ...facts, meaning, action });

/** Builders of rows, by severity. */
export const ok = row('ok');
export const progress = row('progress');
export const warning = row('warning');
export const stalled = row('stalled');
