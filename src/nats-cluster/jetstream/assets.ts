import { quote } from '../../text/quote';
import { describeReplicas, keepsQuorum, LONGEST_NAME } from './quorum';
import { isCurrent, type AnsweringJetStream, type Asset, type AssetName } from './report';

/** Assets that a message names; more are counted. */
const MAX_NAMED = 3;

/**
 * Why a stream or a consumer would lose its quorum without a server, by what their leaders say.
 *
 * @param servers those that have JetStream switched on and answer
 * @param leaving the name of that server
 */
export function findAssetBlocker(servers: readonly AnsweringJetStream[], leaving: string): string | undefined {
  const endangered = servers.flatMap(({ assets }) => assets?.unhealthy ?? []).filter(isEndangered(leaving));
  // What is not known may be endangered.
  const omitted = servers.reduce((sum, { assets }) => sum + (assets?.omitted ?? 0), 0);
  if (endangered.length + omitted > 0) return describeAssets(endangered, omitted);
  return findUnled(servers);
}

const isEndangered =
  (leaving: string) =>
  ({ hasLeader, replicas }: Asset): boolean => {
    if (!hasLeader) return true;
    return replicas.some(({ name }) => name === leaving) && !keepsQuorum(replicas.length, replicas, leaving);
  };

/** The same of those alone that have their quorum by this server: whatever else is wrong, they would lose it by its end. */
export function findLostAssets(servers: readonly AnsweringJetStream[], leaving: string): string | undefined {
  const isLost = isEndangered(leaving);
  const lost = servers
    .flatMap(({ assets }) => assets?.unhealthy ?? [])
    .filter(asset => asset.hasLeader && isLost(asset) && keepsQuorum(asset.replicas.length, asset.replicas));
  return lost.length > 0 ? describeAssets(lost, 0) : undefined;
}

/** A stream without a leader is listed by none: servers have more streams than all leaders together say that they have. */
function findUnled(servers: readonly AnsweringJetStream[]): string | undefined {
  for (const { serverName, usage, assets } of servers) {
    if (assets === undefined) return `${serverName} has not been queried for its streams yet`;
    const led = servers.reduce((sum, server) => sum + (server.assets?.streamsOn.get(serverName) ?? 0), 0);
    const unled = usage.streams - led;
    if (unled > 0) return `${unled} of ${usage.streams} streams on ${serverName} have no leader that is known`;
  }
  return undefined;
}

function describeAssets(assets: readonly Asset[], omitted: number): string {
  const named = assets.slice(0, MAX_NAMED);
  const more = assets.length - named.length + omitted;
  return [...named.map(describeUnhealthy), ...(more > 0 ? [`${more} more streams and consumers`] : [])].join('; ');
}

function describeUnhealthy(asset: Asset): string {
  const { hasLeader, replicas } = asset;
  const name = describeAsset(asset);
  if (!hasLeader) return `${name} has no leader`;
  const current = replicas.filter(isCurrent).length;
  return `${name} has ${current} of ${replicas.length} replicas current: ${describeReplicas(replicas)}`;
}

/** `stream S of account A`, or `consumer C of` it. */
export function describeAsset({ account, stream, consumer }: AssetName): string {
  const ofStream = `stream ${short(stream)} of account ${short(account)}`;
  return consumer === undefined ? ofStream : `consumer ${short(consumer)} of ${ofStream}`;
}

const short = (name: string): string => quote(name, 'start', LONGEST_NAME) ?? '';
