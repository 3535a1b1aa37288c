import type { Condition, NatsClusterStatus } from '../../../generated/nats-cluster';
import { findCondition } from './find-condition';
import { toEvent, type EventDraft } from '../event-reasons';
import { serverProblems, type ServerProblem } from '../rollout/pod-status';
import { reasonOf } from './condition-reasons';
import { operationEvents } from './operation';
import { isFormer, withCurrentNames } from './former-status';
import { volumeEvents } from './jetstream';
import type { ReasonRow } from './reason-row';
import { findReconcileFailure } from './reconcile-failure';

/** The conditions whose reasons are worth Events, in the order that these are recorded in. */
const CONDITIONS = [
  'SpecValid',
  'RemotesConnected',
  'JetStreamReady',
  'StorageHealthy',
  'Paused',
  'SecretsValid',
  'ConfigApplied',
] as const;

/** The Events of the step from one status to the next. What a new cluster starts with is no news. */
export function statusEvents(former: NatsClusterStatus | undefined, next: NatsClusterStatus): EventDraft[] {
  const previous = withCurrentNames(former);
  const ofConditions = CONDITIONS.flatMap(type => {
    const [before, now] = [findCondition(previous, type), findCondition(next, type)];
    return conditionEvents(before, now, reasonOf(type, now?.reason), !isFormer(former));
  });
  return [
    ...operationEvents(former?.operation, next.operation),
    ...recoveryEvents(previous, next),
    ...readyEvents(previous, next),
    ...problemEvents(former, next),
    ...volumeEvents(former, next),
    ...ofConditions,
  ];
}

/** @param comparable whether the message before was written in the words of this version */
function conditionEvents(
  before: Condition | undefined,
  now: Condition | undefined,
  row: ReasonRow | undefined,
  comparable: boolean,
): EventDraft[] {
  if (now === undefined || row === undefined) return [];
  const isNew = before?.reason !== now.reason;
  const isOther = comparable && row.isMistake === true && before?.message !== now.message;
  if (!isNew && !isOther) return [];
  if (row.reason === 'Applied') return appliedEvents(before, now);
  if (row.event === undefined || (row.onlyAfter !== undefined && before?.status !== row.onlyAfter)) return [];
  return [toEvent(row.event, now.message ?? '')];
}

function appliedEvents(before: Condition | undefined, { message = '' }: Condition): EventDraft[] {
  const { reason } = before ?? {};
  if (reason === 'Reloading' || reason === 'ReloadFailed')
    return [toEvent('Reloaded', 'Every server has loaded its changed configuration')];
  return reason === 'RollingUpdate' ? [toEvent('RolloutComplete', message)] : [];
}

/** Whether servers serve is news, but for those that are being replaced; that they do not run the newest spec yet is none. */
function readyEvents(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): EventDraft[] {
  const [before, now] = [findCondition(previous, 'Ready'), findCondition(next, 'Ready')];
  if (serves(before) === serves(now) || isPlanned(next)) return [];
  const message = now?.message ?? '';
  if (!serves(now)) return [toEvent('NotReady', message)];
  return isRolloutOver(previous, next) ? [] : [toEvent('Ready', message)];
}

const OUTAGES: ReadonlySet<string> = new Set(['ServersNotReady', 'Partitioned', 'NameConflict']);

/** Whether the servers serve, with whatever spec. */
const serves = (ready: Condition | undefined): boolean =>
  ready?.status === 'True' || (ready?.status === 'False' && !OUTAGES.has(ready.reason ?? ''));

const isPlanned = (status: NatsClusterStatus | undefined): boolean =>
  reasonOf('Reconciling', findCondition(status, 'Reconciling')?.reason)?.isPlanned === true;

/** RolloutComplete says it. */
const isRolloutOver = (previous: NatsClusterStatus | undefined, next: NatsClusterStatus): boolean =>
  findCondition(previous, 'ConfigApplied')?.reason === 'RollingUpdate' &&
  findCondition(next, 'ConfigApplied')?.status === 'True';

/** A server that cannot start is worth an Event of its kind, once for as long as it lasts. */
function problemEvents(former: NatsClusterStatus | undefined, next: NatsClusterStatus): EventDraft[] {
  const { state, reason = '' } = next;
  const isNews = former?.state !== state && !isFormer(former);
  return isNews && isProblem(state) ? [toEvent(state, reason)] : [];
}

const isProblem = (state: string | undefined): state is ServerProblem => serverProblems.some(each => each === state);

function recoveryEvents(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): EventDraft[] {
  const failure = findReconcileFailure(previous);
  if (failure === undefined || findReconcileFailure(next) !== undefined) return [];
  return [toEvent('ReconcileRecovered', `Reconciliation succeeds again, after ${failure.reason ?? ''}`)];
}
