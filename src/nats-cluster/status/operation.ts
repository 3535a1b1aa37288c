import type { NatsClusterStatus, Operation } from '../../../generated/nats-cluster';
import { truncate } from '../../text/truncate';
import { toEvent, type EventDraft } from '../event-reasons';
import { isOpen } from '../jetstream/operation';
import { shutOutUntil } from '../jetstream/shut-out';
import type { NextStep } from '../rollout/next-step';
import { timestamp } from './conditions';

/** Bytes that the CRD allows. */
const MESSAGE_BYTES = 1_024;

/** What the status records of an operation: its next phase, or the last one for as long as that matters. */
export function operationStatus(
  before: Operation | undefined,
  step: NextStep,
  now: Date,
): Pick<NatsClusterStatus, 'operation'> {
  const kept = before !== undefined && shutOutUntil(before, now) !== undefined;
  const removedAt = kept ? before.removedAt : undefined;
  if (step.kind !== 'operate') return before !== undefined && (isOpen(before) || kept) ? { operation: before } : {};
  const { server, phase, message } = step.operation;
  const isSame = before?.server === server && isOpen(before);
  const latest = phase === 'Removed' ? timestamp(now) : removedAt;
  return {
    operation: {
      ...{ type: 'ScaleIn', server, phase },
      startedAt: (isSame ? before.startedAt : undefined) ?? timestamp(now),
      ...(latest === undefined ? {} : { removedAt: latest }),
      message: truncate(message, MESSAGE_BYTES),
    },
  };
}

/** The Events of an operation that has come to another phase. */
export function operationEvents(before: Operation | undefined, now: Operation | undefined): EventDraft[] {
  if (now === undefined || (before?.server === now.server && before.phase === now.phase)) return [];
  const { server } = now;
  switch (now.phase) {
    case 'Evacuating':
      return [toEvent('Evacuating', `Moving streams off ${server}, which is to be removed`)];
    case 'Evacuated':
      return [toEvent('Evacuated', `${server} has no streams any more, and all are complete on the others`)];
    case 'Removed':
      return [toEvent('PeerRemoved', `The other servers do not count ${server} any more`)];
    case 'Cancelling':
    case 'Cancelled':
      if (before?.phase === 'Cancelling') return [];
      return [toEvent('EvacuationCancelled', `${server} is not removed, because spec.size was set back`)];
    case 'RemovingPeer':
      return [];
  }
}
