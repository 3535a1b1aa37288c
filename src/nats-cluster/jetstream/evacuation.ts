import { quote } from '../../text/quote';
import { describeAsset } from './assets';
import { LONGEST_NAME } from './quorum';
import { describeProblem, type AnsweringJetStream, type FormerStreams, type Placement } from './report';
import { answeringJetStream, type Reports } from './server-reports';

/** How far a server is from having no stream and no consumer, by what all servers say. */
export type EvacuationState =
  /** What the servers say does not suffice. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** `streams`: those with a replica there; a server may have some left that no leader counts any more. */
  | {
      readonly kind: 'occupied';
      readonly streams: readonly Placement[];
      readonly count: number;
      readonly isMoving: boolean;
    }
  /** It has none, and all streams are complete on the others. */
  | { readonly kind: 'empty' };

export const placementId = ({ account, stream }: Pick<Placement, 'account' | 'stream'>): string =>
  `${account} ${stream}`;

/**
 * Whether a server still has something. That no leader lists it is no proof, because in the middle of a move a stream may be in no list: the server itself has to
 * say that it has nothing, all others that they are healthy, which they are with everything that they are assigned, and every stream has to be complete.
 *
 * @param names of all servers
 */
export function evacuationState(reports: Reports, names: readonly string[], leaving: string): EvacuationState {
  const servers: AnsweringJetStream[] = [];
  for (const name of names) {
    const report = answeringJetStream(reports, name);
    const why = findProblem(name, report);
    if (why !== undefined || report === undefined) return { kind: 'unknown', why: why ?? `${name} is not known` };
    servers.push(report);
  }
  const listed = servers.flatMap(({ assets }) => assets?.placements?.listed ?? []);
  // Always the same one comes first, whichever server leads it.
  const streams = listed
    .filter(({ peers }) => peers.includes(leaving))
    .sort((a, b) => (placementId(a) < placementId(b) ? -1 : 1));
  const withConsumers = listed.filter(({ consumerPeers }) => consumerPeers.includes(leaving)).length;
  const own = servers[names.indexOf(leaving)]?.usage ?? { streams: 0, consumers: 0 };
  const count = Math.max(streams.length, withConsumers, own.streams, Math.min(own.consumers, 1));
  if (count > 0) return { kind: 'occupied', streams, count, isMoving: streams.some(({ isMoving }) => isMoving) };
  const unfinished = listed.find(({ isMoving, peers, replicas }) => isMoving || peers.length < replicas);
  if (unfinished !== undefined) return { kind: 'unknown', why: describeUnfinished(unfinished) };
  return { kind: 'empty' };
}

/** Why messages of a stream that was on the server are missing; undefined if none are. One that is on no server any more was deleted. */
export function findLostMessages(
  reports: Reports,
  names: readonly string[],
  former: FormerStreams | undefined,
): string | undefined {
  const listed = names.flatMap(name => answeringJetStream(reports, name)?.assets?.placements?.listed ?? []);
  const lost = listed.find(
    placement => placement.lastSequence < (former?.lastSequences.get(placementId(placement)) ?? 0),
  );
  if (lost === undefined) return undefined;
  const before = former?.lastSequences.get(placementId(lost)) ?? 0;
  return `${describeAsset(lost)} has lost messages: its last one is ${lost.lastSequence}, and was ${before}`;
}

/** Streams that are remembered of a server: while it is being evacuated, clients may create and delete any number. */
const MAX_REMEMBERED = 10_000;

/** Remembers what the streams on a server have, for as long as it is the one that leaves. */
export function rememberStreams(before: FormerStreams | undefined, reports: Reports, leaving: string): FormerStreams {
  const lastSequences = new Map(before?.server === leaving ? before.lastSequences : []);
  for (const server of reports.keys())
    for (const placement of answeringJetStream(reports, server)?.assets?.placements?.listed ?? []) {
      const id = placementId(placement);
      const isKept = lastSequences.has(id) || lastSequences.size < MAX_REMEMBERED;
      if (placement.peers.includes(leaving) && isKept) lastSequences.set(id, placement.lastSequence);
    }
  return { server: leaving, lastSequences };
}

function findProblem(name: string, report: AnsweringJetStream | undefined): string | undefined {
  if (report === undefined) return `${name} does not answer for JetStream`;
  const problem = describeProblem(report);
  if (problem !== undefined) return `${name} ${problem}`;
  if (report.state === 'on' && report.serverName !== name)
    return `the server of ${name} is called ${quote(report.serverName, 'start', LONGEST_NAME) ?? ''}`;
  const placements = report.assets?.placements;
  if (report.state === 'on' && placements === undefined) return `${name} has not been queried for its streams yet`;
  return (placements?.omitted ?? 0) > 0 ? `${name} leads too many streams to follow them` : undefined;
}

const describeUnfinished = (placement: Placement): string =>
  placement.isMoving
    ? `${describeAsset(placement)} is on its way to other servers`
    : `${describeAsset(placement)} has ${placement.peers.length} of ${placement.replicas} replicas`;
