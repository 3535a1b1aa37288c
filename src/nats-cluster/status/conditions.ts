import type { Condition } from '../../../generated/nats-cluster';
import { truncate } from '../../text/truncate';
import type { ConditionReason } from './condition-reasons';
import type { ConditionType } from './condition-types';

/**
 * Bytes of a condition's message. Kubernetes' own conditions take 32 KiB, but each is in every event of a watch, and what it quotes may be
 * anybody's words.
 */
export const MESSAGE_BYTES = 2048;

/** Bytes of the message that `kubectl get -o wide` shows; the conditions have all of it. */
export const SHORT_BYTES = 100;

/** The state of each condition that there is, in the order that they are shown in. */
export type Conditions = Record<Exclude<ConditionType, Optional>, ConditionState> &
  Partial<Record<Optional, ConditionState>>;

type Optional =
  | 'Reconciling'
  | 'Stalled'
  | 'RemotesConnected'
  | 'JetStreamReady'
  | 'StorageHealthy'
  | 'Altered'
  | 'ServiceRolesUnavailable';

/** The state of one condition. `reason` is one word in CamelCase, `message` a sentence without a full stop. */
export interface ConditionState<Reason extends string = ConditionReason> {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  readonly message: string;
}

/** Why no ServiceAccount is a user, where the operator was installed so. */
export const TURNED_OFF =
  'the operator was installed without users that are ServiceAccounts (serviceAccounts.enabled: false)';

/** A condition that holds. */
export const conditionTrue = <Reason extends string>(reason: Reason, message: string): ConditionState<Reason> => ({
  status: 'True',
  reason,
  message,
});

/** A condition that does not hold, or not yet. */
export const conditionFalse = <Reason extends string>(reason: Reason, message: string): ConditionState<Reason> => ({
  status: 'False',
  reason,
  message,
});

/**
 * The conditions to write. The time of a condition whose status is as before stays; what the legacy operator left in `previous`
 * (types repeated, no status) is dropped.
 *
 * @param findings by the condition's type, in the order that they are shown in
 */
export function toConditions(
  conditionStates: Readonly<Record<string, ConditionState<string>>>,
  previous: readonly Condition[],
  generation: number,
  now: Date,
): Condition[] {
  return Object.entries(conditionStates).map(([type, finding]) => {
    const before = previous.find(condition => condition.type === type);
    const unchanged = before?.status === finding.status && before.lastTransitionTime !== undefined;
    return {
      type,
      ...finding,
      message: truncate(finding.message, MESSAGE_BYTES),
      lastTransitionTime: unchanged ? before.lastTransitionTime : timestamp(now),
      observedGeneration: generation,
    } as Condition;
  });
}

/** A time as Kubernetes writes it: whole seconds, UTC. */
export const timestamp = (now: Date): string => now.toISOString().replace(/\.\d+Z$/, 'Z');
