import type { JetStreamReport } from '../../../../src/nats-cluster/jetstream/report';
import type { ServerReport } from '../../../../src/nats-cluster/observed';
import { askJetStream } from '../../../../src/nats-cluster/monitoring/jetstream-report';

/** How a replica is; what is not said is current. */
export interface ModelReplica {
  readonly server: number;
  readonly current?: boolean;
  readonly offline?: boolean;
  readonly lag?: number;
  /** Milliseconds since it was heard of last. */
  readonly active?: number;
}

/** A stream or a consumer, by the numbers of its servers. */
export interface ModelAsset {
  /** Undefined for none. */
  readonly leader: number | undefined;
  readonly replicas: readonly ModelReplica[];
}

export interface ModelStream extends ModelAsset {
  readonly name: string;
  readonly consumers?: readonly ModelAsset[];
}

/** A cluster `c` whose servers all are well, but for what is said otherwise. */
export interface Model {
  readonly size: number;
  readonly streams?: readonly ModelStream[];
  /** Default: the first server leads all, which are current. */
  readonly meta?: ModelAsset & { readonly size?: number };
  /** What /healthz says is wrong, by server. */
  readonly problems?: Readonly<Record<number, string>>;
  readonly without?: readonly number[];
  readonly disabled?: readonly number[];
  readonly silent?: readonly number[];
}

/** What is kept of the pages of the servers of a model, as versions before 2.15 make them. */
export async function reportsOf(model: Model): Promise<Map<string, ServerReport>> {
  const reports = numbers(model.size).map(
    async (server): Promise<[string, ServerReport]> => [
      nameOf(server),
      { answered: true, serverId: `id-${server}`, routedTo: new Set(), jetstream: await jetStreamOf(model, server) },
    ],
  );
  return new Map(await Promise.all(reports));
}

async function jetStreamOf(model: Model, server: number): Promise<JetStreamReport> {
  return askJetStream(
    async (path, _maxBytes, take) => {
      if (model.silent?.includes(server)) return Promise.reject(new Error('timeout'));
      return Promise.resolve(
        take(path === '/healthz' ? healthOf(model, server) : { status: 200, body: jsz(model, server) }),
      );
    },
    nameOf(server),
    'assets',
  );
}

function healthOf({ problems, disabled }: Model, server: number): { status: number; body: unknown } {
  const error = disabled?.includes(server) ? 'JetStream not enabled' : problems?.[server];
  return error === undefined ? { status: 200, body: { status: 'ok' } } : { status: 503, body: { error } };
}

function jsz({ size, streams = [], meta, without = [], disabled = [] }: Model, server: number): object {
  if (without.includes(server) || disabled.includes(server)) return { disabled: true };
  const all = numbers(size).filter(number => !without.includes(number));
  const group = meta ?? { leader: 1, replicas: all.map(number => ({ server: number })) };
  const own = streams.filter(({ replicas }) => replicas.some(replica => replica.server === server));
  return {
    streams: own.length,
    meta_cluster: { ...clusterOf(group, server), cluster_size: meta?.size ?? all.length },
    account_details: [{ name: 'A', stream_detail: own.filter(({ leader }) => leader === server).map(detail(server)) }],
  };
}

const detail =
  (server: number) =>
  ({ name, consumers = [], ...stream }: ModelStream): object => ({
    name,
    cluster: clusterOf(stream, server),
    consumer_detail: consumers.map((consumer, index) => ({
      name: `consumer-${index}`,
      cluster: clusterOf(consumer, server),
    })),
  });

/** A follower has no part in what it does not lead: it calls only the leader current. */
function clusterOf({ leader, replicas }: ModelAsset, server: number): object {
  const others = replicas.filter(replica => leader === undefined || replica.server !== server);
  return {
    ...(leader === undefined ? {} : { leader: nameOf(leader) }),
    replicas: others.map(({ server: other, current = true, offline = false, lag, active }) => ({
      name: nameOf(other),
      current: leader === server ? current : other === leader,
      ...(offline ? { offline } : {}),
      ...(lag === undefined ? {} : { lag }),
      ...(active === undefined ? {} : { active: active * 1_000_000 }),
    })),
  };
}

export const nameOf = (server: number): string => `c-${server}`;

export const numbers = (size: number): number[] => Array.from({ length: size }, (_, index) => index + 1);
