import type { Condition, NatsClusterStatus } from '../../../generated/nats-cluster';
import { findCondition } from './find-condition';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { truncate } from '../../text/truncate';
import { conditionTypes } from './condition-types';
import { SHORT_BYTES, toConditions, type ConditionState } from './conditions';
import { withCurrentNames } from './former-status';

/** Why the operator could not reconcile a cluster: Unknown where it retries, False where a person has to act. */
export interface ReconcileFailure extends ConditionState {
  readonly status: 'False' | 'Unknown';
  readonly reason: 'ReconcileError' | 'InternalError' | 'ReconcileDeadlineExceeded';
}

const REASONS: ReadonlySet<string> = new Set<ReconcileFailure['reason']>([
  'ReconcileError',
  'InternalError',
  'ReconcileDeadlineExceeded',
]);

/** The conditions that say what the operator is doing; all others stay as they were. */
const RENEWED: ReadonlySet<string> = new Set(['Reconciling', 'Stalled']);

/** Bytes of a message: a status that is too large for the API server may be why this one is written. */
const MESSAGE_BYTES = 1_024;

/**
 * The status of a cluster that can't be reconciled: what was known of it stays, cut to what surely can be stored, and Reconciling or Stalled says why.
 * `observedGeneration` stays as well, because no newer spec was reconciled. The next reconcile that succeeds replaces all of it.
 */
export function failureStatus(cluster: NatsClusterObject, failure: ReconcileFailure, now: Date): NatsClusterStatus {
  const { metadata: { generation = 0 } = {} } = cluster;
  const previous = withCurrentNames(cluster.status) ?? {};
  const finding = { ...failure, message: cut(failure.message) };
  const before = previous.conditions ?? [];
  const added = toConditions(
    {
      Ready: { ...finding, status: 'Unknown' },
      [failure.status === 'False' ? 'Stalled' : 'Reconciling']: { ...finding, status: 'True' },
    },
    before,
    generation,
    now,
  );
  const conditions = Object.keys(conditionTypes).flatMap(type => {
    const kept = RENEWED.has(type) ? undefined : findCondition(previous, type);
    const condition = kept ?? added.find(each => each.type === type);
    return condition === undefined ? [] : [withCutMessage(condition)];
  });
  // Where a person has to act the phase says so; what passes by itself leaves it.
  const phase = failure.status === 'False' ? 'Failed' : previous.phase || 'Creating';
  const message = truncate(finding.message, SHORT_BYTES);
  return { ...previous, phase, reason: finding.message, state: 'Error', message, conditions };
}

/** The failure that a status reports, with its status as in ReconcileFailure; undefined where the last reconcile succeeded. */
export function findReconcileFailure(status: NatsClusterStatus | undefined): Condition | undefined {
  const stalled = findCondition(status, 'Stalled');
  const condition = stalled ?? findCondition(status, 'Reconciling');
  if (condition === undefined || !REASONS.has(condition.reason ?? '')) return undefined;
  return { ...condition, status: stalled === undefined ? 'Unknown' : 'False' };
}

function withCutMessage(condition: Condition): Condition {
  return condition.message === undefined ? condition : { ...condition, message: cut(condition.message) };
}

const cut = (text: string): string => truncate(text, MESSAGE_BYTES);
