import { isJsonObject, type JsonObject } from '../../json/json-object';
import { TooLargeError } from '../../runtime/byte-budget';
import type { AnsweringJetStream, JetStreamReport, JetStreamUsage, MetaGroup } from '../jetstream/report';
import { countOf, nameOf, textOf, toReplicas } from './jetstream-peers';
import { toLedAssets } from './led-assets';
import { healthProblem } from './server-health';

/**
 * How much of JetStream is queried: `assets` lists all streams and consumers, which takes a server a while; `configurations` also what they need, and where
 * they are.
 */
export type JetStreamQuery = 'status' | 'assets' | 'configurations';

/** Reads a page of a server's monitor. */
export type ReadPage = <T>(
  path: string,
  maxBytes: number,
  take: (answer: { readonly status: number; readonly body: unknown }) => T,
) => Promise<T>;

/** `limit` counts accounts, and is 1024 by default. */
const STREAMS = '/jsz?accounts=true&streams=true&stream-leader-only=true&limit=1000000';

/**
 * A stream that is led takes about a kilobyte, and so does each of its consumers.
 *
 * @see nats-server, server/monitor.go, Jsz: v2.9.25, which ignores stream-leader-only, to v2.15.2
 */
const PAGES = {
  status: { path: '/jsz', maxBytes: 64_000 },
  assets: { path: `${STREAMS}&consumers=true`, maxBytes: 4_000_000 },
  streams: { path: STREAMS, maxBytes: 4_000_000 },
  configurations: { path: `${STREAMS}&consumers=true&config=true`, maxBytes: 16_000_000 },
};

const HEALTH = { path: '/healthz', maxBytes: 16_000 };

/** Characters that are kept of what a server says is wrong. */
const LONGEST_PROBLEM = 1_000;
/** Servers of a meta group, of all clusters that are connected by gateways. */
const MAX_SERVERS = 1_000;

/** Queries a server for its JetStream. Its other answers don't depend on this one. */
export async function askJetStream(read: ReadPage, server: string, query: JetStreamQuery): Promise<JetStreamReport> {
  try {
    const [problem, report] = await Promise.all([
      read(HEALTH.path, HEALTH.maxBytes, toProblem),
      query === 'assets' ? askAssets(read, server) : askJsz(read, server, query),
    ]);
    return { ...report, state: stateOf(report, problem), problem };
  } catch (error) {
    return { answered: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Without its consumers where they are too many: by its health each server says how its replicas of consumers are, and their servers are
 * among those of their stream.
 */
async function askAssets(read: ReadPage, server: string): Promise<AnsweringJetStream> {
  try {
    return await askJsz(read, server, 'assets');
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    return askJsz(read, server, 'streams');
  }
}

async function askJsz(read: ReadPage, server: string, page: keyof typeof PAGES): Promise<AnsweringJetStream> {
  const { path, maxBytes } = PAGES[page];
  return read(path, maxBytes, ({ status, body }) => {
    if (status !== 200 || !isJsonObject(body)) throw new Error(`/jsz: status ${status}`);
    return toReport(body, server, page);
  });
}

/** Servers before 2.7 have no such page. */
const toProblem = (answer: { readonly status: number; readonly body: unknown }): string | undefined =>
  answer.status === 404 ? undefined : healthProblem(HEALTH.path, answer)?.slice(0, LONGEST_PROBLEM);

/** A server that has been configured without JetStream is healthy without it. */
const stateOf = ({ state }: AnsweringJetStream, problem: string | undefined): AnsweringJetStream['state'] =>
  state === 'on' || problem !== undefined ? state : 'off';

function toReport(page: JsonObject, server: string, query: keyof typeof PAGES): AnsweringJetStream {
  return {
    answered: true,
    serverName: server,
    state: page.disabled === true ? 'disabled' : 'on',
    problem: undefined,
    metaGroup: isJsonObject(page.meta_cluster) ? toMetaGroup(page.meta_cluster, server) : undefined,
    usage: toUsage(page),
    ...(query === 'status' ? {} : { assets: toLedAssets(page, server, query === 'configurations') }),
  };
}

/** From 2.15 on, followers list replicas as well, without knowing how they are. */
function toMetaGroup({ leader, cluster_size: size, replicas }: JsonObject, server: string): MetaGroup {
  return {
    leader: nameOf(leader),
    size: countOf(size),
    replicas: textOf(leader) === server ? toReplicas(replicas, MAX_SERVERS) : [],
  };
}

function toUsage(page: JsonObject): JetStreamUsage {
  const config = isJsonObject(page.config) ? page.config : {};
  return {
    memory: countOf(page.memory),
    storage: countOf(page.storage),
    maxMemory: countOf(config.max_memory),
    maxStorage: countOf(config.max_storage),
    streams: countOf(page.streams),
    consumers: countOf(page.consumers),
  };
}
