import type { Observed } from '../observed';
import type { Member } from '../rollout/members';
import { podOrdinal } from '../spec/names';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { answeringJetStream } from './server-reports';
import { isOpen, operate, RETRY_MS, stateOf, type OperationStep } from './operation';
import type { AnsweringJetStream } from './report';
import { describeFailure, dueRequests, hasUnseenMove, type SystemRequest } from './system-request';

const REMOVAL_RETRY_MS = 3_000;
/** Moves that are taken back at a time. */
const MAX_CANCELLED = 10;

/**
 * The next step of an operation that was begun before, other than moving streams: a server that has stopped is taken out of the meta group, or
 * streams stay where they are because the server is wanted again.
 */
export function planOpenOperation(
  { name, size, canEvacuate }: Pick<ResolvedCluster, 'name' | 'size' | 'canEvacuate'>,
  replicas: number,
  members: readonly Member[],
  observed: Observed,
): OperationStep | undefined {
  const operation = observed.cluster.status?.operation;
  if (operation === undefined || !isOpen(operation)) return undefined;
  const { server } = operation;
  const ordinal = podOrdinal(name, server);
  if (ordinal === undefined || !canEvacuate)
    return operate(server, 'Cancelled', `The operator can't go on with the removal of ${server}`);
  if (ordinal <= size) return planCancellation(server, replicas < ordinal, members, observed);
  return replicas < ordinal ? planPeerRemoval(server, members, observed) : undefined;
}

/** What was moved stays where it is; the server takes new streams. */
function planCancellation(
  server: string,
  isStopped: boolean,
  members: readonly Member[],
  observed: Observed,
): OperationStep {
  const over = operate(server, 'Cancelled', `${server} stays: spec.size was set back`);
  if (isStopped) return over;
  const state = stateOf(server, members, observed);
  if (state.kind === 'unknown') return operate(server, 'Cancelling', `Waiting: ${state.why}`);
  const moving = state.kind === 'occupied' ? state.streams.filter(({ isMoving }) => isMoving) : [];
  if (moving.length === 0)
    return hasUnseenMove(observed.requests)
      ? operate(server, 'Cancelling', `Moves of streams off ${server} may have begun`)
      : over;
  const requests = moving
    .slice(0, MAX_CANCELLED)
    .map(({ account, stream }): SystemRequest => ({ kind: 'cancel', account, stream }));
  const message = `${moving.length} moves of streams off ${server} are taken back${describeFailure(observed.requests)}`;
  return operate(server, 'Cancelling', message, dueRequests(requests, observed.requests, RETRY_MS));
}

/** Quorums count a server until it is removed, whether it runs or not. */
function planPeerRemoval(server: string, members: readonly Member[], observed: Observed): OperationStep {
  const wait = (message: string, requests: readonly SystemRequest[] = []): OperationStep =>
    operate(server, 'RemovingPeer', message, requests);
  if (observed.pods.some(({ metadata }) => metadata?.name === server)) return wait(`${server} is shutting down`);
  const reports = members.flatMap(({ name }) => answeringJetStream(observed.servers, name) ?? []);
  const group = reports.find(({ serverName, metaGroup }) => metaGroup?.leader === serverName)?.metaGroup;
  if (group === undefined) return wait('Waiting for a leader of the meta group');
  const isMember = group.replicas.some(({ name }) => name === server);
  if (!isMember && group.size === group.replicas.length + 1)
    return operate(server, 'Removed', `The other servers do not count ${server} any more`);
  const unknown = members.find(
    ({ name }) => answeringJetStream(observed.servers, name)?.assets?.placements === undefined,
  );
  if (unknown !== undefined) return wait(`${unknown.name} has not been queried for its streams yet`);
  const request: SystemRequest = { kind: 'remove-peer', server, known: streamsLedBy(reports) };
  const message = `Removing ${server} from the meta group${describeFailure(observed.requests)}`;
  return wait(message, dueRequests([request], observed.requests, REMOVAL_RETRY_MS));
}

function streamsLedBy(reports: readonly AnsweringJetStream[]): Map<string, Set<string>> {
  const streams = new Map<string, Set<string>>();
  for (const { account, stream } of reports.flatMap(({ assets }) => assets?.placements?.listed ?? []))
    streams.set(account, (streams.get(account) ?? new Set()).add(stream));
  return streams;
}
