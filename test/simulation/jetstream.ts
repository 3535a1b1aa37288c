import type {
  JetStreamReport,
  LedAssets,
  RequiredLevel,
  JetStreamUsage,
  Replica,
} from '../../src/nats-cluster/jetstream/report';

export interface JetStreamServer {
  readonly name: string;
  readonly hasJetStream: boolean;
  /** Its replicas are not current. */
  readonly lagging: boolean;
  /** It could not write to its full volume, and keeps its streams from changing. */
  readonly hasStopped: boolean;
}

const nothing: JetStreamUsage = {
  ...{ memory: 0, storage: 0, maxMemory: 0, maxStorage: 0 },
  ...{ streams: 0, consumers: 0 },
};

const NONE_NEEDED: RequiredLevel = { account: '', stream: '', consumer: undefined, level: 0 };
const NO_META_LEADER = '/healthz answers 503: JetStream has not established contact with a meta leader';
const WRITE_ERROR = "/healthz answers 503: JetStream stream 'A > ORDERS' write error: no space left on device";

/** What a server says of JetStream, whose servers have one stream together. The first that is current leads it and the meta group. */
export function jetStreamReport(
  { name, hasJetStream, hasStopped }: JetStreamServer,
  servers: readonly JetStreamServer[],
): JetStreamReport {
  const base = { answered: true, serverName: name, problem: undefined, usage: nothing } as const;
  const none = { streamsOn: new Map<string, number>(), unhealthy: [], omitted: 0, highest: NONE_NEEDED };
  if (!hasJetStream) return { ...base, state: 'off', metaGroup: undefined, assets: none };
  const group = servers.filter(server => server.hasJetStream);
  const leader = 2 * group.length > servers.length ? group.find(({ lagging }) => !lagging)?.name : undefined;
  const replicas = group.map(server => ({ name: server.name, current: true, offline: false, lag: 0 }));
  const isLeader = leader === name;
  return {
    ...base,
    state: 'on',
    problem: hasStopped ? WRITE_ERROR : leader === undefined ? NO_META_LEADER : undefined,
    metaGroup: { leader, size: group.length, replicas: isLeader ? replicas.filter(peer => peer.name !== name) : [] },
    usage: { ...nothing, streams: 1 },
    assets: isLeader ? ledBy(replicas, group) : none,
  };
}

function ledBy(replicas: readonly Replica[], group: readonly JetStreamServer[]): LedAssets {
  const behind = group.filter(({ lagging }) => lagging).map(({ name }) => name);
  const stream = {
    ...{ account: 'A', stream: 'ORDERS', consumer: undefined, hasLeader: true },
    replicas: replicas.map(replica =>
      behind.includes(replica.name) ? { ...replica, current: false, lag: 1_234 } : replica,
    ),
  };
  return {
    streamsOn: new Map(replicas.map(({ name }) => [name, 1])),
    unhealthy: behind.length > 0 ? [stream] : [],
    omitted: 0,
    highest: NONE_NEEDED,
  };
}
