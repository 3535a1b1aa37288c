import { isAtLeast } from '../../nats/server-version';
import type { Observed } from '../observed';
import type { Member } from '../rollout/members';
import type { NextStep } from '../rollout/next-step';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { findLostMessages, type EvacuationState } from './evacuation';
import { describeAsset } from './assets';
import { answeringJetStream } from './server-reports';
import { evacuationAge } from './evacuation-age';
import { isOpen, operate, RETRY_MS, stateOf, type OperationStep } from './operation';
import { describeFailure, dueRequests, hasUnseenMove, type SystemRequest } from './system-request';

/** Milliseconds for which a server has to have nothing, by answers that are as far apart. */
const EMPTY_MS = 2_000;

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
  if (isBegun) return continueEvacuation(model, members, name, observed, blocker);
  return blocker === undefined
    ? operate(name, 'Evacuating', `Moving streams off ${name}`)
    : { kind: 'wait', why: blocker };
}

function continueEvacuation(
  model: ResolvedCluster,
  members: readonly Member[],
  name: string,
  observed: Observed,
  blocker: string | undefined,
): OperationStep | undefined {
  const state = stateOf(name, members, observed);
  const wait = (message: string, requests: readonly SystemRequest[] = []): OperationStep =>
    operate(name, 'Evacuating', message, requests);
  if (state.kind === 'unknown') return wait(`Waiting: ${state.why}`);
  if (state.kind === 'occupied')
    return wait(describeOccupied(name, state, observed), planMoves(model, members, name, state, observed));
  const names = members.map(member => member.name);
  const why = findLostMessages(observed.servers, names, observed.formerStreams) ?? blocker;
  if (why !== undefined) return wait(`Waiting: ${why}`);
  if ((evacuationAge(observed.ages, name) ?? 0) < EMPTY_MS) return wait(`Checking that ${name} has no streams`);
  return observed.cluster.status?.operation?.phase === 'Evacuated'
    ? undefined
    : operate(name, 'Evacuated', `${name} has no streams any more`);
}

/** One that has no JetStream yet has none, and so has one that does not run and never was in the meta group. */
function mayHaveStreams({ name: server, ready }: Member, members: readonly Member[], { servers }: Observed): boolean {
  if (answeringJetStream(servers, server)?.state === 'off') return false;
  if (ready) return true;
  const reports = members.flatMap(({ name }) => answeringJetStream(servers, name) ?? []);
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
  const example = first === undefined ? '' : `, such as ${describeAsset(first)}`;
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
  if (hasUnseenMove(requests)) return [];
  const moves = streams.map(({ account, stream }): SystemRequest => ({ kind: 'move', account, stream, server }));
  return dueRequests(moves, requests, RETRY_MS).slice(0, 1);
}
