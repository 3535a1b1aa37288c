import { podOrdinal } from '../spec/names';
import type { AnsweringServer, Observed } from '../observed';
import { quote } from '../../text/quote';
import type { ConflictFinder } from './route-partition';
import { isReady } from './pod-status';

/** The peers of a server that it has no routes with, or that can't be asked for them, by their names. */
export function findUnrouted(server: string, peers: readonly string[], observed: Observed): string[] {
  const own = observed.servers.get(server);
  return peers.filter(peer => {
    const report = observed.servers.get(peer);
    return own?.answered !== true || report?.answered !== true || !areRouted(own, report);
  });
}

/**
 * The other ready servers that a server is to have routes with. A pod that somebody gave the cluster's labels, but no server's name, is none; nor is one that
 * it can't have routes with, for it has started with other settings.
 */
export function findPeers(cluster: string, server: string, { pods }: Observed, conflictOf: ConflictFinder): string[] {
  return pods
    .filter(isReady)
    .map(({ metadata }) => metadata?.name ?? '')
    .filter(name => name !== server && podOrdinal(cluster, name) !== undefined)
    .filter(name => conflictOf(server, name) === undefined);
}

/** What a ready server lacks, in a few words; undefined where it lacks nothing. */
export function describeMesh(server: string, unrouted: readonly string[], { servers }: Observed): string | undefined {
  const own = servers.get(server);
  if (own === undefined) return 'has not been asked for its routes yet';
  if (!own.answered) return `does not answer on its monitoring port: ${quote(own.reason) ?? ''}`;
  return unrouted.length === 0 ? undefined : `is missing routes to ${unrouted.join(', ')}`;
}

const areRouted = (a: AnsweringServer, b: AnsweringServer): boolean =>
  a.routedTo.has(b.serverId) && b.routedTo.has(a.serverId);
