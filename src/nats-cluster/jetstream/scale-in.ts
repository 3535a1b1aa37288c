import type { Operation } from '../../../generated/nats-cluster';
import { isAtLeast } from '../../nats/server-version';
import type { Observed } from '../observed';
import type { Member } from '../rollout/members';
import type { NextStep } from '../rollout/next-step';
import { podName, podOrdinal } from '../spec/names';
import { DEFAULT_SIZE, type NatsClusterObject, type ResolvedCluster } from '../spec/resolve-cluster';
import { describeStream, evacuationState, findLostMessages, jetStreamOf, type EvacuationState } from './evacuation';
import { evacuationAge } from './evacuation-age';
import { describeFailure, dueRequests, type SystemRequest } from './system-request';

type OperationStep = Extract<NextStep, { kind: 'operate' }>;

/** Milliseconds for which a server has to have nothing, by answers that are as far apart. */
const EMPTY_MS = 2_000;
/** Milliseconds after which a request that had no effect is made again. */
const RETRY_MS = 15_000;
/** Milliseconds within which a move that was asked for may not be seen yet. */
const UNSEEN_MS = 3_000;
const REMOVAL_RETRY_MS = 3_000;
/** Moves that are taken back at a time. */
const MAX_CANCELLED = 10;

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
    return step(server, 'Cancelled', `The operator can't go on with the removal of ${server}`);
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
  const over = step(server, 'Cancelled', `${server} stays: spec.size was set back`);
  if (isStopped) return over;
  const state = stateOf(server, members, observed);
  if (state.kind === 'unknown') return step(server, 'Cancelling', `Waiting: ${state.why}`);
  const moving = state.kind === 'occupied' ? state.streams.filter(({ isMoving }) => isMoving) : [];
  if (moving.length === 0) return over;
  const requests = moving
    .slice(0, MAX_CANCELLED)
    .map(({ account, stream }): SystemRequest => ({ kind: 'cancel', account, stream }));
  const message = `${moving.length} moves of streams off ${server} are taken back${describeFailure(observed.requests)}`;
  return step(server, 'Cancelling', message, dueRequests(requests, observed.requests, RETRY_MS));
}

/** Quorums count a server until it is removed, whether it runs or not. */
function planPeerRemoval(server: string, members: readonly Member[], observed: Observed): OperationStep {
  const wait = (message: string, requests: readonly SystemRequest[] = []): OperationStep =>
    step(server, 'RemovingPeer', message, requests);
  if (observed.pods.some(({ metadata }) => metadata?.name === server)) return wait(`${server} is shutting down`);
  const reports = members.flatMap(({ name }) => jetStreamOf(observed.servers, name) ?? []);
  const group = reports.find(({ serverName, metaGroup }) => metaGroup?.leader === serverName)?.metaGroup;
  if (group === undefined) return wait('Waiting for a leader of the meta group');
  const isMember = group.replicas.some(({ name }) => name === server);
  if (!isMember && group.size === group.replicas.length + 1)
    return step(server, 'Removed', `The other servers do not count ${server} any more`);
  const unknown = members.find(({ name }) => jetStreamOf(observed.servers, name)?.assets?.placements === undefined);
  if (unknown !== undefined) return wait(`${unknown.name} has not been queried for its streams yet`);
  const known = new Map<string, Set<string>>();
  for (const { account, stream } of reports.flatMap(({ assets }) => assets?.placements?.listed ?? []))
    known.set(account, (known.get(account) ?? new Set()).add(stream));
  const requests = dueRequests([{ kind: 'remove-peer', server, known }], observed.requests, REMOVAL_RETRY_MS);
  return wait(`Removing ${server} from the meta group${describeFailure(observed.requests)}`, requests);
}

/**
 * What has to happen before a server with JetStream stops; undefined if it may stop now: it has had no stream and no consumer for two seconds, all
 * others are complete, and the status says so.
 *
 * @param blocker why the cluster can't bear to lose it now
 */
export function planEvacuation(
  model: ResolvedCluster,
  members: readonly Member[],
  last: Member,
  observed: Observed,
  blocker: string | undefined,
): NextStep | undefined {
  const { name, ready, statusMessage = 'is not ready' } = last;
  if (!mayHaveStreams(last, members, observed))
    return blocker === undefined ? undefined : { kind: 'wait', why: blocker };
  if (!ready) return { kind: 'wait', why: `${name} ${statusMessage}: streams can't be moved off it` };
  const operation = observed.cluster.status?.operation;
  const isBegun = operation?.server === name && isOpen(operation);
  if (!isBegun)
    return blocker === undefined
      ? step(name, 'Evacuating', `Moving streams off ${name}`)
      : { kind: 'wait', why: blocker };
  const state = stateOf(name, members, observed);
  const wait = (message: string, requests: readonly SystemRequest[] = []): OperationStep =>
    step(name, 'Evacuating', message, requests);
  if (state.kind === 'unknown') return wait(`Waiting: ${state.why}`);
  if (state.kind === 'occupied')
    return wait(describeOccupied(name, state, observed), planMoves(model, members, name, state, observed));
  const names = members.map(member => member.name);
  const why = findLostMessages(observed.servers, names, observed.formerStreams) ?? blocker;
  if (why !== undefined) return wait(`Waiting: ${why}`);
  if ((evacuationAge(observed.ages, name) ?? 0) < EMPTY_MS) return wait(`Checking that ${name} has no streams`);
  return operation.phase === 'Evacuated' ? undefined : step(name, 'Evacuated', `${name} has no streams any more`);
}

/** One that has no JetStream yet has none, and so has one that does not run and never was in the meta group. */
function mayHaveStreams({ name: server, ready }: Member, members: readonly Member[], { servers }: Observed): boolean {
  if (jetStreamOf(servers, server)?.state === 'off') return false;
  if (ready) return true;
  const reports = members.flatMap(({ name }) => jetStreamOf(servers, name) ?? []);
  const leader = reports.find(({ serverName, metaGroup }) => metaGroup?.leader === serverName);
  if (leader?.metaGroup === undefined || leader.assets === undefined) return true;
  return leader.metaGroup.replicas.some(({ name }) => name === server);
}

function describeOccupied(
  server: string,
  { streams, count }: Extract<EvacuationState, { kind: 'occupied' }>,
  { requests }: Observed,
): string {
  const [first] = streams;
  const example = first === undefined ? '' : `, such as ${describeStream(first)}`;
  const subject = count === 1 ? '1 stream has' : `${count} streams have`;
  return `${subject} to leave ${server}${example}${describeFailure(requests)}`;
}

/** Servers of 2.15 move everything at once; older ones one stream after the other, and while one is on its way, no other is asked for. */
function planMoves(
  { version }: ResolvedCluster,
  members: readonly Member[],
  server: string,
  { streams, isMoving }: Extract<EvacuationState, { kind: 'occupied' }>,
  { requests }: Observed,
): SystemRequest[] {
  if (isMoving) return [];
  if (isAtLeast(version, '2.15.0') && members.every(({ outdated }) => !outdated))
    return dueRequests([{ kind: 'evacuate', server }], requests, RETRY_MS);
  if ([...(requests ?? [])].some(([id, { age }]) => id.startsWith('move ') && age < UNSEEN_MS)) return [];
  const moves = streams.map(({ account, stream }): SystemRequest => ({ kind: 'move', account, stream, server }));
  return dueRequests(moves, requests, RETRY_MS).slice(0, 1);
}

const stateOf = (server: string, members: readonly Member[], { servers }: Observed): EvacuationState =>
  evacuationState(
    servers,
    members.map(({ name }) => name),
    server,
  );

const step = (
  server: string,
  phase: Operation['phase'],
  message: string,
  requests: readonly SystemRequest[] = [],
): OperationStep => ({ kind: 'operate', operation: { server, phase, message }, requests });
