import type { Condition, NatsClusterStatus } from '../../generated/nats-cluster';
import { findCondition } from '../model/find-condition';
import type { NatsClusterObject } from '../model/cluster-model';
import { truncate } from '../model/truncate';
import { conditionTypes, toConditions, type Finding } from './conditions';

/** Why the operator could not reconcile a cluster, as its condition Progressing says it. */
export interface ReconcileFailure extends Finding {
  readonly status: 'False' | 'Unknown';
  readonly reason: 'ReconcileError' | 'InternalError' | 'ReconcileDeadlineExceeded';
}

const REASONS: ReadonlySet<string> = new Set<ReconcileFailure['reason']>([
  'ReconcileError',
  'InternalError',
  'ReconcileDeadlineExceeded',
]);

/** The conditions that say what the operator is doing; all others stay as they were. */
const RENEWED: ReadonlySet<string> = new Set(['Reconciling', 'Stalled', 'Progressing']);

/** Bytes of a message: a status that is too large for the API server may be why this one is written. */
const MESSAGE_BYTES = 1_024;

/**
 * The status of a cluster that can't be reconciled: what was known of it stays, cut to what surely can be stored, and the condition Progressing says why nothing
 * goes on. `observedGeneration` stays as well, for nobody has acted on a newer spec. The next reconcile that succeeds replaces all of it.
 */
export function failureStatus(cluster: NatsClusterObject, failure: ReconcileFailure, now: Date): NatsClusterStatus {
  const { metadata: { generation = 0 } = {}, status: previous = {} } = cluster;
  const finding = { ...failure, message: cut(failure.message) };
  const before = previous.conditions ?? [];
  const added = toConditions(
    {
      Ready: { ...finding, status: 'Unknown' },
      [failure.status === 'False' ? 'Stalled' : 'Reconciling']: { ...finding, status: 'True' },
      Progressing: finding,
    },
    before,
    generation,
    now,
  );
  const conditions = conditionTypes.flatMap(type => {
    const kept = RENEWED.has(type) ? undefined : findCondition(previous, type);
    const condition = kept ?? added.find(each => each.type === type);
    return condition === undefined ? [] : [withCutMessage(condition)];
  });
  // Where a person has to act the phase says so; what passes by itself leaves it.
  const phase = failure.status === 'False' ? 'Failed' : previous.phase || 'Creating';
  return { ...previous, phase, reason: finding.message, conditions };
}

/** The failure that a status tells of; undefined where the last reconcile succeeded. */
export function findReconcileFailure(status: NatsClusterStatus | undefined): Condition | undefined {
  const condition = findCondition(status, 'Progressing');
  return REASONS.has(condition?.reason ?? '') ? condition : undefined;
}

function withCutMessage(condition: Condition): Condition {
  return condition.message === undefined ? condition : { ...condition, message: cut(condition.message) };
}

const cut = (text: string): string => truncate(text, MESSAGE_BYTES);
