import { confKey } from '../../nats/conf/conf-key';
import type {
  FileStorage,
  JetStreamConfig,
  JetStreamLimits,
  NatsClusterSpec,
  VolumeAutoGrow,
} from '../../../generated/nats-cluster';
import { isJsonObject, type JsonObject } from '../../json/json-object';
import { wholeBytes } from '../../kubernetes/quantity';
import { omitZero } from './omit-zero';
import { natsMemoryLimit } from './memory-limit';

/** `spec.jetstream`, resolved. Sizes are in bytes. */
export interface ResolvedJetStream {
  /** Undefined for memory storage alone. */
  readonly fileStorage: ResolvedFileStorage | undefined;
  readonly memorySize: number;
  readonly domain: string | undefined;
  readonly serverTags: readonly string[];
  readonly uniqueTag: string | undefined;
  readonly limits: JetStreamLimits;
  readonly syncInterval: string | undefined;
}

export interface ResolvedFileStorage {
  /** The size of each volume that the spec asks for. */
  readonly targetSize: string;
  /** The size that all volumes have: that of the spec, or the one before until the last volume has grown. */
  readonly size: string;
  readonly maxStore: number;
  /** Whether `maxStore` is a part of the size, and follows it. */
  readonly isDefaultMaxStore: boolean;
  /** Undefined if volumes only grow with the spec. */
  readonly autoGrow: ResolvedAutoGrow | undefined;
  /** Undefined for the default class of the Kubernetes cluster. */
  readonly storageClassName: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly retention: Required<NonNullable<FileStorage['retention']>>;
}

/** When volumes grow by themselves: the shares of the limit of streams and of the size, and the largest size in bytes. */
export interface ResolvedAutoGrow {
  readonly above: number;
  readonly by: number;
  readonly limit: number;
}

/** The part of a volume that streams may use: its file system and the logs of Raft groups, which are not counted, need the rest. */
const STORE_SHARE = 0.9;

/**
 * The part of the memory limit that memory streams may use: half of GOMEMLIMIT, which is 80 % of the limit.
 *
 * @see https://github.com/nats-io/nats-server/issues/5073
 */
const MEMORY_SHARE = 0.4;

const DEFAULT_MEMORY = 256 * 1024 ** 2;

/** Resolves `spec.jetstream`; undefined where servers have no JetStream by it. */
export function resolveJetStream(spec: NatsClusterSpec): ResolvedJetStream | undefined {
  const { jetstream } = spec;
  if (jetstream === undefined) return undefined;
  const { fileStorage, domain, serverTags = [], uniqueTag, limits = {}, syncInterval } = jetstream;
  return {
    fileStorage: fileStorage && resolveFileStorage(fileStorage),
    memorySize: resolveMemory(jetstream, spec),
    domain: omitZero(domain),
    serverTags,
    uniqueTag: omitZero(uniqueTag),
    limits,
    syncInterval: omitZero(syncInterval),
  };
}

function resolveFileStorage(storage: FileStorage): ResolvedFileStorage {
  const { size, maxStore, storageClassName, labels = {}, annotations = {}, retention = {}, autoGrow } = storage;
  return {
    targetSize: size,
    size,
    maxStore: maxStore === undefined ? defaultMaxStore(size) : wholeBytes(maxStore),
    isDefaultMaxStore: maxStore === undefined,
    autoGrow: autoGrow && resolveAutoGrow(autoGrow),
    storageClassName,
    labels,
    annotations,
    retention: { whenDeleted: 'Retain', whenScaled: 'Retain', ...retention },
  };
}

const resolveAutoGrow = ({ above = '80%', by = '25%', limit }: VolumeAutoGrow): ResolvedAutoGrow => ({
  above: parseInt(above, 10) / 100,
  by: parseInt(by, 10) / 100,
  limit: wholeBytes(limit),
});

/** The limit of streams on a volume of that size, in bytes. */
export const defaultMaxStore = (size: string): number => Math.floor(wholeBytes(size) * STORE_SHARE);

function resolveMemory({ memoryStorage }: JetStreamConfig, spec: NatsClusterSpec): number {
  if (memoryStorage !== undefined) return wholeBytes(memoryStorage.size);
  const limit = natsMemoryLimit(spec);
  return limit === undefined ? DEFAULT_MEMORY : Math.floor(limit * MEMORY_SHARE);
}

/** Whether servers have JetStream, by `spec.jetstream` or by `natsConfig.extra`. NATS reads keys in any case. */
export function hasJetStream({ jetstream, natsConfig }: NatsClusterSpec): boolean {
  return jetstream !== undefined || isJetStreamOn(natsConfig?.extra);
}

/** The same, of a configuration or a part of one. */
export const isJetStreamOn = (options: unknown): boolean =>
  isJsonObject(options) && isEnabled(withLowerCaseKeys(options).jetstream);

/** The members of a block of the user's, by their keys in lower case. */
export const withLowerCaseKeys = (map: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [confKey(key), value]));

/** @see nats-server, server/opts.go, parseJetStream */
function isEnabled(jetstream: unknown): boolean {
  if (isJsonObject(jetstream)) {
    const own = withLowerCaseKeys(jetstream);
    return (own.enabled ?? own.enable) !== false;
  }
  return jetstream === true || /^enabled?$/i.test(String(jetstream));
}
