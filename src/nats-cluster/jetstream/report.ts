import { quote } from '../../text/quote';

/** What a server says of its JetStream, or why it said nothing. */
export type JetStreamReport = AnsweringJetStream | UnknownJetStream;

export interface UnknownJetStream {
  readonly answered: false;
  /** The client's error. */
  readonly reason: string;
}

export interface AnsweringJetStream {
  readonly answered: true;
  /** The server's name, by which others call it as a peer. */
  readonly serverName: string;
  /**
   * `off`: its configuration has no JetStream; `disabled`: it has, and the server has switched it off, as with a full disk or once it is removed as a peer.
   */
  readonly state: 'on' | 'off' | 'disabled';
  /** What `/healthz` says is wrong; undefined if nothing. */
  readonly problem: string | undefined;
  /** Undefined if it is not clustered, or not `on`. */
  readonly metaGroup: MetaGroup | undefined;
  readonly usage: JetStreamUsage;
  /** The streams and consumers that it leads; queried only before a disruption. */
  readonly assets?: LedAssets;
}

/** The Raft group of all servers with JetStream, which assigns streams to them. */
export interface MetaGroup {
  /** Undefined if it has none that this server knows. */
  readonly leader: string | undefined;
  /** How many servers its quorum is counted of. */
  readonly size: number;
  /** The others as the leader sees them; empty for every other server, for only the leader knows. */
  readonly replicas: readonly Replica[];
}

/** A server of a Raft group, as its leader sees it. */
export interface Replica {
  readonly name: string;
  /** It was heard of lately, and has everything that is committed but for what it lags behind. */
  readonly current: boolean;
  readonly offline: boolean;
  /** How many entries of the group's log it is behind. */
  readonly lag: number;
}

/** In bytes, but for the counts of streams and consumers that have a replica on the server. */
export interface JetStreamUsage {
  readonly memory: number;
  readonly storage: number;
  readonly maxMemory: number;
  readonly maxStorage: number;
  readonly streams: number;
  readonly consumers: number;
}

/** The streams that a server leads and their consumers, without those that nothing is wrong with. */
export interface LedAssets {
  /** How many of the streams have a replica on a server, the leader included, by its name. */
  readonly streamsOn: ReadonlyMap<string, number>;
  /** Those of which a replica is not current, or that have no leader. */
  readonly unhealthy: readonly Asset[];
  /** How many more are unhealthy, which are not kept. */
  readonly omitted: number;
  /** The one that needs the highest API level; queried only before a downgrade, and while a server is being removed. */
  readonly highest?: RequiredLevel;
  /** Where all of them are; queried with that. */
  readonly placements?: Placements;
}

export interface Placements {
  readonly listed: readonly Placement[];
  /** How many more there are, which are not kept. */
  readonly omitted: number;
}

/** Where a stream and its consumers are, as the leader of the stream says. */
export interface Placement extends AssetName {
  /** How many replicas its configuration asks for. */
  readonly replicas: number;
  /** The servers that have one, the leader included. */
  readonly peers: readonly string[];
  /** The servers that have a replica of one of its consumers. */
  readonly consumerPeers: readonly string[];
  /** It is on its way to other servers. */
  readonly isMoving: boolean;
  /** The sequence of its last message, which never becomes less, whatever is consumed or expires. */
  readonly lastSequence: number;
}

/** What an asset needs of its servers. */
export interface RequiredLevel extends AssetName {
  /** 0 where every server will do. */
  readonly level: number;
}

export interface AssetName {
  readonly account: string;
  readonly stream: string;
  /** Undefined for the stream itself. */
  readonly consumer?: string | undefined;
}

/** A stream, or a consumer of it. */
export interface Asset extends AssetName {
  readonly hasLeader: boolean;
  /** All servers of its Raft group, the leader included. */
  readonly replicas: readonly Replica[];
}

/** The sequences of the last messages that streams had when they were on the server, by account and name. */
export interface FormerStreams {
  readonly server: string;
  readonly lastSequences: ReadonlyMap<string, number>;
}

/** What is wrong with a server's JetStream, after its name; undefined if nothing is. */
export function describeProblem({ problem, state }: Pick<AnsweringJetStream, 'problem' | 'state'>): string | undefined {
  if (problem === undefined) return undefined;
  return `${state === 'disabled' ? 'has switched JetStream off' : 'is not healthy'}: ${quote(problem) ?? ''}`;
}

/** Entries of a log that a replica may be behind: a busy stream commits some while it is asked. */
const MAX_LAG = 1_000;

/** Whether a server counts for the quorum of a group. */
export const isCurrent = ({ current, offline, lag }: Replica): boolean => current && !offline && lag <= MAX_LAG;

export const isAssetHealthy = ({ hasLeader, replicas }: Asset): boolean => hasLeader && replicas.every(isCurrent);
