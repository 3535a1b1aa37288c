import { isJsonObject, type JsonObject } from '../../json/json-object';
import { isAssetHealthy, type Asset, type LedAssets, type RequiredLevel } from '../jetstream/report';
import { nameOf, textOf, toReplicas } from './jetstream-peers';

/** Unhealthy assets that are kept of a server; more are counted. */
const MAX_UNHEALTHY = 50;
/** Servers that have replicas of the streams of one cluster. */
const MAX_SERVERS = 200;
/** Replicas of a stream: five at most, and as many again while it moves. */
const MAX_REPLICAS = 16;

/**
 * Reduces the streams and consumers of a server's `/jsz` to those that it leads and that are unhealthy, and to counts.
 *
 * @param withLevels whether the page has their configurations, by which they say what they need
 */
export function toLedAssets(page: JsonObject, server: string, withLevels: boolean): LedAssets {
  const assets = new AssetCollector(server, withLevels ? NONE_NEEDED : undefined);
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
  #highest: RequiredLevel | undefined;

  constructor(
    private readonly server: string,
    highest: RequiredLevel | undefined,
  ) {
    this.#highest = highest;
  }

  add(account: string, stream: JsonObject): void {
    // Servers before 2.10 list the streams of other leaders, too.
    if (leaderOf(stream) !== this.server) return;
    const asset = this.#toAsset(account, textOf(stream.name), undefined, stream);
    for (const { name } of asset.replicas) this.#count(name);
    this.#keep(asset, stream);
    for (const consumer of objects(stream.consumer_detail))
      this.#keep(this.#toAsset(account, asset.stream, textOf(consumer.name), consumer), consumer);
  }

  found(): LedAssets {
    return {
      ...{ streamsOn: this.#streamsOn, unhealthy: this.#unhealthy, omitted: this.#omitted },
      ...(this.#highest === undefined ? {} : { highest: this.#highest }),
    };
  }

  #count(name: string): void {
    if (this.#streamsOn.has(name) || this.#streamsOn.size < MAX_SERVERS)
      this.#streamsOn.set(name, (this.#streamsOn.get(name) ?? 0) + 1);
  }

  #keep(asset: Asset, { config }: JsonObject): void {
    const level = requiredLevel(config);
    if (this.#highest !== undefined && level > this.#highest.level) {
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

const NONE_NEEDED: RequiredLevel = { account: '', stream: '', consumer: undefined, level: 0 };

/** @see nats-server, server/jetstream_versioning.go, JSRequiredLevelMetadataKey: from v2.11 on */
function requiredLevel(config: unknown): number {
  const metadata = isJsonObject(config) && isJsonObject(config.metadata) ? config.metadata : {};
  const level = Number(metadata['_nats.req.level'] ?? 0);
  return Number.isSafeInteger(level) ? level : 0;
}

const online = (name: string): Asset['replicas'][number] => ({ name, current: true, offline: false, lag: 0 });

const leaderOf = ({ cluster }: JsonObject): string | undefined =>
  isJsonObject(cluster) ? nameOf(cluster.leader) : undefined;

const objects = (list: unknown): JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);
