import { describeReplicas, keepsQuorum } from './quorum';
import { isCurrent, type AnsweringJetStream, type MetaGroup, type Replica } from './report';

/**
 * Why the meta group would be lost, or is about to, without a server.
 *
 * @param servers those that have JetStream switched on and answer; all of them but `leaving` are healthy
 * @param leaving the name of that server
 */
export function findMetaBlocker(servers: readonly AnsweringJetStream[], leaving: string): string | undefined {
  const leaders = servers.filter(({ serverName, metaGroup }) => metaGroup?.leader === serverName);
  const [leader, second] = leaders;
  if (second !== undefined)
    return `both ${leader?.serverName ?? ''} and ${second.serverName} say that they lead the meta group of JetStream`;
  return leader?.metaGroup === undefined
    ? findRemoteLeader(servers, leaving)
    : findGroupBlocker(leader.serverName, leader.metaGroup, servers, leaving);
}

/** Why the meta group, which has its quorum, would lose it without a server; undefined if it has none, or keeps it. */
export function findLostMeta(servers: readonly AnsweringJetStream[], leaving: string): string | undefined {
  const leader = findLeader(servers);
  const isLost = hasMetaQuorum(servers) && !hasMetaQuorum(servers, leaving);
  if (leader?.metaGroup === undefined || !isLost) return undefined;
  return findGroupBlocker(leader.serverName, leader.metaGroup, servers, leaving);
}

/** Whether one of these servers leads the meta group, and that has its quorum as its leader sees it, without another one. */
export function hasMetaQuorum(servers: readonly AnsweringJetStream[], leaving?: string): boolean {
  const leader = findLeader(servers);
  return (
    leader?.metaGroup !== undefined &&
    keepsQuorum(leader.metaGroup.size, allOf(leader.serverName, leader.metaGroup), leaving)
  );
}

const findLeader = (servers: readonly AnsweringJetStream[]): AnsweringJetStream | undefined =>
  servers.find(({ serverName, metaGroup }) => metaGroup?.leader === serverName);

/** The servers of the group, the leader included. */
const allOf = (leader: string, { replicas }: MetaGroup): Replica[] => [
  ...replicas,
  { name: leader, current: true, offline: false, lag: 0 },
];

/**
 * With gateways or extra routes, the meta group is that of all clusters, and its leader may be a server of another one. How that sees
 * the group is not known; each server is healthy only if it is current with the leader.
 */
function findRemoteLeader(servers: readonly AnsweringJetStream[], leaving: string): string | undefined {
  const others = servers.filter(({ serverName }) => serverName !== leaving);
  const leaders = new Set(others.map(({ metaGroup }) => metaGroup?.leader));
  const [name, second] = leaders;
  if (name === undefined) return 'JetStream has no meta leader';
  if (second !== undefined || leaders.size > 1) return 'the servers do not agree on the meta leader of JetStream';
  const isOwn = name === leaving || servers.some(({ serverName }) => serverName === name);
  return isOwn ? `${name}, which leads the meta group of JetStream, does not say how it is` : undefined;
}

function findGroupBlocker(
  leader: string,
  group: MetaGroup,
  servers: readonly AnsweringJetStream[],
  leaving: string,
): string | undefined {
  const { size, replicas } = group;
  const others = replicas.filter(replica => replica.name !== leaving);
  const outside = servers.find(
    ({ serverName, metaGroup }) =>
      metaGroup !== undefined &&
      ![leader, leaving].includes(serverName) &&
      others.every(({ name }) => name !== serverName),
  );
  if (outside !== undefined) return `${outside.serverName} is not in the meta group of JetStream yet`;
  const absent = others.filter(replica => !isCurrent(replica));
  const all = allOf(leader, group);
  if (absent.length === 0 && keepsQuorum(size, all, leaving)) return undefined;
  const count = all.filter(isCurrent).length;
  const gone = absent.find(({ name, offline }) => offline && servers.every(({ serverName }) => serverName !== name));
  const advice =
    gone === undefined ? '' : '; a peer that is gone for good has to be removed (nats server cluster peer-remove)';
  const why = describeReplicas(absent);
  return `the meta group of JetStream has ${count} of ${size} servers current${why === '' ? '' : `: ${why}`}${advice}`;
}
