import type { Condition, NatsClusterStatus } from '../../generated/nats-cluster';
import { findCondition } from '../model/find-condition';
import type { Notice } from '../plan/action';
import { conditionTypes, type ConditionType } from './conditions';
import { findReconcileFailure } from './reconcile-failure';

/** How the change of a condition is told: the notice of its status, where that is worth an Event. */
const told: Readonly<Partial<Record<ConditionType, Readonly<Record<string, Pick<Notice, 'type' | 'reason'>>>>>> = {
  SpecValid: { True: { type: 'Normal', reason: 'SpecValid' }, False: { type: 'Warning', reason: 'SpecInvalid' } },
  Connected: { True: { type: 'Normal', reason: 'Connected' }, False: { type: 'Warning', reason: 'Disconnected' } },
  Paused: { True: { type: 'Normal', reason: 'Paused' }, False: { type: 'Normal', reason: 'Resumed' } },
};

/** What people are told about the step from one status to the next. What a new cluster starts with is no news. */
export function statusNotices(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): Notice[] {
  return [
    ...recoveryNotices(previous, next),
    ...readyNotices(previous, next),
    ...conditionNotices(previous, next),
    ...secretNotices(previous, next),
    ...rolloutNotices(previous, next),
  ];
}

/** Whether servers serve is news; that they do not run the newest spec yet is none. */
function readyNotices(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): Notice[] {
  const [before, now] = [findCondition(previous, 'Ready'), findCondition(next, 'Ready')];
  const message = now?.message ?? '';
  if (serves(now)) return serves(before) ? [] : [{ type: 'Normal', reason: 'Ready', message }];
  return serves(before) ? [{ type: 'Warning', reason: 'NotReady', message }] : [];
}

const OUTAGES: ReadonlySet<string> = new Set(['ServersNotReady', 'Partitioned', 'NameTaken']);

/** Whether the servers serve, with whatever spec. */
const serves = (ready: Condition | undefined): boolean =>
  ready?.status === 'True' || (ready?.status === 'False' && !OUTAGES.has(ready.reason ?? ''));

function recoveryNotices(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): Notice[] {
  const failure = findReconcileFailure(previous);
  if (failure === undefined || findReconcileFailure(next) !== undefined) return [];
  return [
    {
      type: 'Normal',
      reason: 'ReconcileRecovered',
      message: `The cluster is reconciled again, after ${failure.reason ?? ''}`,
    },
  ];
}

function conditionNotices(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): Notice[] {
  return conditionTypes.flatMap(type => {
    const notices = told[type] ?? {};
    const [before, now] = [findCondition(previous, type), findCondition(next, type)];
    if (now?.status === undefined || before?.status === now.status) return [];
    if (before === undefined && !isNews(type, now.status)) return [];
    const notice = notices[now.status];
    return notice === undefined ? [] : [{ ...notice, message: now.message ?? '' }];
  });
}

/** A new cluster is valid and not paused; anything else is worth saying. */
const isNews = (type: string, status: string): boolean =>
  type === 'SpecValid' ? status === 'False' : status === 'True';

/** Secrets that were never in doubt are no news. */
function secretNotices(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): Notice[] {
  const [before, now] = [findCondition(previous, 'SecretsValid'), findCondition(next, 'SecretsValid')];
  if (now === undefined || before?.reason === now.reason || now.status === 'Unknown') return [];
  const message = now.message ?? '';
  if (now.status === 'False') return [{ type: 'Warning', reason: 'SecretInvalid', message }];
  if (now.reason === 'Expiring' || now.reason === 'Doubtful')
    return [{ type: 'Warning', reason: 'SecretDoubtful', message }];
  return before?.status === 'False' ? [{ type: 'Normal', reason: 'SecretsValid', message }] : [];
}

function rolloutNotices(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): Notice[] {
  const [before, now] = [findCondition(previous, 'ConfigApplied'), findCondition(next, 'ConfigApplied')];
  if (now === undefined || before?.reason === now.reason) return [];
  if (
    now.reason === 'RolloutFailed' ||
    now.reason === 'ReloadFailed' ||
    now.reason === 'Refused' ||
    now.reason === 'ScaleBlocked'
  ) {
    return [{ type: 'Warning', reason: now.reason, message: now.message ?? '' }];
  }
  if (now.status === 'True' && (before?.reason === 'Reloading' || before?.reason === 'ReloadFailed')) {
    return [{ type: 'Normal', reason: 'Reloaded', message: 'Every server has read its changed configuration' }];
  }
  if (now.status === 'True' && before?.reason === 'RollingUpdate') {
    return [{ type: 'Normal', reason: 'RolloutComplete', message: now.message ?? '' }];
  }
  return [];
}
