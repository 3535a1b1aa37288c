import type { Operation } from '../../../generated/nats-cluster';
import type { Observed } from '../observed';
import type { Member } from '../rollout/members';
import type { NextStep } from '../rollout/next-step';
import { podName, podOrdinal } from '../spec/names';
import { DEFAULT_SIZE, type NatsClusterObject } from '../spec/resolve-cluster';
import { evacuationState, type EvacuationState } from './evacuation';
import type { SystemRequest } from './system-request';

export type OperationStep = Extract<NextStep, { kind: 'operate' }>;

/** Milliseconds after which a request that had no effect is made again. */
export const RETRY_MS = 15_000;

/** An operation that has not come to its end. */
export const isOpen = ({ phase }: Pick<Operation, 'phase'>): boolean => phase !== 'Removed' && phase !== 'Cancelled';

/** The server that is to be removed next, or that an operation is open for; undefined where there is none. */
export function findLeavingServer({ metadata, spec, status }: NatsClusterObject, replicas: number): string | undefined {
  if (spec?.jetstream === undefined || replicas === 0) return undefined;
  const { operation } = status ?? {};
  const isLeaving = replicas > (spec.size ?? DEFAULT_SIZE) || (operation !== undefined && isOpen(operation));
  return isLeaving ? podName(metadata?.name ?? '', replicas) : undefined;
}

/**
 * How many servers there have to be because somebody has removed one that still has streams, as by the `scale` subresource of the StatefulSet; undefined
 * where none is missed.
 */
export function findMissedServers({ metadata, status }: NatsClusterObject, replicas: number): number | undefined {
  const { operation } = status ?? {};
  if (operation?.phase !== 'Evacuating' && operation?.phase !== 'Cancelling') return undefined;
  const ordinal = podOrdinal(metadata?.name ?? '', operation.server) ?? 0;
  return ordinal > replicas ? ordinal : undefined;
}

export const stateOf = (server: string, members: readonly Member[], { servers }: Observed): EvacuationState =>
  evacuationState(
    servers,
    members.map(({ name }) => name),
    server,
  );

export const operate = (
  server: string,
  phase: Operation['phase'],
  message: string,
  requests: readonly SystemRequest[] = [],
): OperationStep => ({ kind: 'operate', operation: { server, phase, message }, requests });
