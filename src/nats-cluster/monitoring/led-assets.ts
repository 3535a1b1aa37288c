import { isJsonObject, type JsonObject } from '../../json/json-object';
import { isAssetHealthy, type Asset, type LedAssets, type Placement, type RequiredLevel } from '../jetstream/report';
import { countOf, nameOf, textOf, toReplicas } from './jetstream-peers';

/** Unhealthy assets that are kept of a server; more are counted. */
const MAX_UNHEALTHY = 50;
/** Servers that have replicas of the streams of one cluster. */
const MAX_SERVERS = 200;
/** Replicas of a stream: five at most, and as many again while it moves. */
const MAX_REPLICAS = 16;
/** Streams whose placement is kept of a server. */
const MAX_PLACEMENTS = 5_000;

const NONE_NEEDED: RequiredLevel = { account: '', stream: '', consumer: undefined, level: 0 };

/**
 * Reduces the streams and consumers of a server's `/jsz` to those that it leads and that are unhealthy, and to counts.
 *
 * @param hasConfigurations whether the page has those of the streams and consumers, by which they say what they need
 */
export function toLedAssets(page: JsonObject, server: string, hasConfigurations: boolean): LedAssets {
  const assets = new AssetCollector(server, hasConfigurations);
  for (const account of objects(page.account_details)) {
    const accountName = textOf(account.name);
    for (const stream of objects(account.stream_detail)) assets.add(accountName, stream);
  }
  return assets.found();
}

class AssetCollector {
  readonly #streamsOn = new Map<string, number>();
  readonly #unhealthy: Asset[] = [];
  #omitted = 0;
  #highest = NONE_NEEDED;
  readonly #placements: Placement[] = [];
  #omittedPlacements = 0;

  constructor(
    private readonly server: string,
    private readonly hasConfigurations: boolean,
  ) {}

  add(account: string, stream: JsonObject): void {
    // Servers before 2.10 list the streams of other leaders, too.
    if (leaderOf(stream) !== this.server) return;
    const asset = this.#toAsset(account, textOf(stream.name), undefined, stream);
    for (const { name } of asset.replicas) this.#count(name);
    this.#keep(asset, stream);
    for (const consumer of objects(stream.consumer_detail))
      this.#keep(this.#toAsset(account, asset.stream, textOf(consumer.name), consumer), consumer);
    if (!this.hasConfigurations) return;
    if (this.#placements.length < MAX_PLACEMENTS) this.#placements.push(toPlacement(asset, stream));
    else this.#omittedPlacements += 1;
  }

  found(): LedAssets {
    const found = { streamsOn: this.#streamsOn, unhealthy: this.#unhealthy, omitted: this.#omitted };
    if (!this.hasConfigurations) return found;
    const placements = { listed: this.#placements, omitted: this.#omittedPlacements };
    return { ...found, highest: this.#highest, placements };
  }

  #count(name: string): void {
    if (this.#streamsOn.has(name) || this.#streamsOn.size < MAX_SERVERS)
      this.#streamsOn.set(name, (this.#streamsOn.get(name) ?? 0) + 1);
  }

  #keep(asset: Asset, { config }: JsonObject): void {
    const level = requiredLevel(config);
    if (level > this.#highest.level) {
      const { account, stream, consumer } = asset;
      this.#highest = { account, stream, consumer, level };
    }
    if (isAssetHealthy(asset)) return;
    if (this.#unhealthy.length < MAX_UNHEALTHY) this.#unhealthy.push(asset);
    else this.#omitted += 1;
  }

  /**
   * The leader of a consumer may be another server than that of its stream. This one then knows only whether the others are online;
   * whether they are current, each says of itself by its health.
   */
  #toAsset(account: string, stream: string, consumer: string | undefined, detail: JsonObject): Asset {
    const leader = leaderOf(detail);
    const listed = toReplicas(isJsonObject(detail.cluster) ? detail.cluster.replicas : undefined, MAX_REPLICAS);
    const seen = leader === this.server ? listed : listed.map(({ name, offline }) => ({ ...online(name), offline }));
    // A group without a leader lists its reporter.
    const replicas = leader === undefined ? seen : [...seen, online(this.server)];
    return { account, stream, consumer, hasLeader: leader !== undefined, replicas };
  }
}

/** @see nats-server, server/jetstream_versioning.go, JSRequiredLevelMetadataKey: from v2.11 on */
function requiredLevel(config: unknown): number {
  const metadata = isJsonObject(config) && isJsonObject(config.metadata) ? config.metadata : {};
  const level = Number(metadata['_nats.req.level'] ?? 0);
  return Number.isSafeInteger(level) ? level : 0;
}

/** While a stream moves, its group has the servers that it leaves as well; from 2.15 on, it says where it goes. */
function toPlacement(asset: Asset, detail: JsonObject): Placement {
  const { config, state, cluster } = detail;
  const peers = asset.replicas.map(({ name }) => name);
  const replicas = isJsonObject(config) ? countOf(config.num_replicas) : 0;
  return {
    ...{ account: asset.account, stream: asset.stream, replicas, peers },
    consumerPeers: [...new Set(objects(detail.consumer_detail).flatMap(serversOf))],
    isMoving: peers.length > replicas || (isJsonObject(cluster) && isJsonObject(cluster.desired)),
    lastSequence: isJsonObject(state) ? countOf(state.last_seq) : 0,
  };
}

const serversOf = (consumer: JsonObject): string[] => {
  const listed = toReplicas(isJsonObject(consumer.cluster) ? consumer.cluster.replicas : undefined, MAX_REPLICAS);
  return [...listed.map(({ name }) => name), leaderOf(consumer) ?? ''].filter(name => name !== '');
};

const online = (name: string): Asset['replicas'][number] => ({ name, current: true, offline: false, lag: 0 });

const leaderOf = ({ cluster }: JsonObject): string | undefined =>
  isJsonObject(cluster) ? nameOf(cluster.leader) : undefined;

const objects = (list: unknown): JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);
