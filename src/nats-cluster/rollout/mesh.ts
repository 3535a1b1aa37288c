import { podOrdinal } from '../spec/names';
import type { AnsweringServer, Observed } from '../observed';
import { quote } from '../../text/quote';
import type { ConflictFinder } from './route-partition';
import { isReady } from './pod-status';

/** The peers to which a server's routes are missing or unknown, by name. */
export function findUnrouted(server: string, peers: readonly string[], observed: Observed): string[] {
  const own = observed.servers.get(server);
  return peers.filter(peer => {
    const report = observed.servers.get(peer);
    return own?.answered !== true || report?.answered !== true || !areRouted(own, report);
  });
}

/**
 * The other ready servers that a server has to have routes to. A pod with the cluster's labels but no server's name is none,
 * nor is a server that cannot have routes to it because of its configuration.
 */
export function findPeers(cluster: string, server: string, { pods }: Observed, conflictOf: ConflictFinder): string[] {
  return pods
    .filter(isReady)
    .map(({ metadata }) => metadata?.name ?? '')
    .filter(name => name !== server && podOrdinal(cluster, name) !== undefined)
    .filter(name => conflictOf(server, name) === undefined);
}

/** The missing routes of a ready server, in a few words; undefined if there are none. */
export function describeMesh(server: string, unrouted: readonly string[], { servers }: Observed): string | undefined {
  const own = servers.get(server);
  if (own === undefined) return 'has not been queried for its routes yet';
  if (!own.answered) return `does not answer on its monitoring port: ${quote(own.reason) ?? ''}`;
  return unrouted.length === 0 ? undefined : `is missing routes to ${unrouted.join(', ')}`;
}

const areRouted = (a: AnsweringServer, b: AnsweringServer): boolean =>
  a.routedTo.has(b.serverId) && b.routedTo.has(a.serverId);
