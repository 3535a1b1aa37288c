import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headers, type ConnectionOptions } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Conf } from '../../../src/nats/conf/conf';
import { withValue } from '../../../src/nats/conf/path';
import type { NatsVersion } from '../../../tools/toolchain/nats-versions';
import { reservePorts } from '../../../tools/toolchain/reserve-ports';
import { waitFor } from '../../cluster/support/wait-for';
import type { RunningServer } from './running-server';
import { ask, confOf, login } from './secured-server';
import { Servers } from './servers';

/** What `/jsz` says of the meta group. */
interface MetaGroup {
  readonly leader: string;
  readonly cluster_size: number;
}

/** A stream as `$JS.API.STREAM.INFO` shows it. */
export interface StreamInfo {
  readonly state: { readonly messages: number };
  readonly cluster: {
    readonly leader?: string;
    readonly replicas?: readonly { readonly name: string; readonly current: boolean }[];
    readonly desired?: unknown;
  };
}

/** Servers that start at once: of more, those of 2.10 do not always form one meta group. */
const FIRST = 3;

/** The servers that have a replica of a stream. */
export const peersOf = ({ cluster }: StreamInfo): string[] => [
  ...(cluster.leader === undefined ? [] : [cluster.leader]),
  ...(cluster.replicas ?? []).map(({ name }) => name),
];

/** Servers `c-1`, `c-2` … with JetStream on loopback, each with a folder of its own, as a NatsCluster has them. */
export class SpecCluster {
  readonly servers = new Map<string, RunningServer>();
  readonly #confs = new Map<string, Conf>();
  readonly #running: Servers;
  #client: NatsConnection | undefined;

  private constructor(
    readonly version: NatsVersion,
    private readonly folder: string,
  ) {
    this.#running = new Servers(version);
  }

  /** Starts the servers, and waits until their meta group has all of them. */
  static async start(
    version: NatsVersion,
    size: number,
    systemUserKey: string,
    spec: Partial<NatsClusterSpec> = {},
  ): Promise<SpecCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'nats-operator-spec-cluster-'));
    const cluster = new SpecCluster(version, folder);
    const jetstream = { fileStorage: { size: '256Mi' }, memoryStorage: { size: '64Mi' } };
    const conf = confOf(version, { size, jetstream, ...spec }, {}, systemUserKey);
    const ports = await reservePorts(size);
    const start = async (from: number, to: number): Promise<void> => {
      const routes = ports.slice(0, to).map(port => `nats://127.0.0.1:${port}`);
      for (const [index, clusterPort] of ports.slice(from, to).entries()) {
        const name = `c-${from + index + 1}`;
        const own = onLoopback({ ...conf, server_name: name }, join(folder, name), routes);
        cluster.#confs.set(name, own);
        cluster.servers.set(name, await cluster.#running.start(own, { clusterPort }));
      }
      await cluster.metaGroup(to);
    };
    try {
      await start(0, Math.min(size, FIRST));
      if (size > FIRST) await start(FIRST, size);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The meta group as its leader sees it, once it has that many servers. */
  async metaGroup(size: number): Promise<Pick<MetaGroup, 'leader'>> {
    return waitFor(
      async () => {
        const views = [...this.servers].map(async ([name, server]) => {
          const { meta_cluster: group } = await ask<{ meta_cluster?: MetaGroup }>(server, '/jsz');
          return { name, leader: group?.leader, size: group?.cluster_size };
        });
        const seen = await Promise.all(views);
        const found = seen.find(view => view.leader === view.name && view.size === size);
        if (found === undefined) throw new Error(JSON.stringify(seen));
        return { leader: found.name };
      },
      { what: `a meta group of ${size}` },
    );
  }

  server(name: string): RunningServer {
    const server = this.servers.get(name);
    if (server === undefined) throw new Error(`no server ${name}`);
    return server;
  }

  conf(name: string): Conf {
    return this.#confs.get(name) ?? {};
  }

  /** A client of any server. */
  async client(options: ConnectionOptions = {}): Promise<NatsConnection> {
    if (this.#client?.isClosed() === false) return this.#client;
    const [server] = [...this.servers.values()];
    if (server === undefined) throw new Error('no server');
    return (this.#client = await login(server, options));
  }

  async api<T>(subject: string, body: object = {}): Promise<T> {
    const client = await this.client();
    const answer = await client.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 3_000 });
    return answer.json();
  }

  /** Creates a stream with that many messages. Servers of 2.10 need to hear of each other's resources first. */
  async createStream(name: string, replicas: number, messages = 0): Promise<void> {
    const config = { name, subjects: [`${name}.>`], num_replicas: replicas, storage: 'file' };
    await waitFor(
      async () => {
        const created = await this.api<{ error?: { description: string } }>(`STREAM.CREATE.${name}`, config);
        if (created.error !== undefined) throw new Error(created.error.description);
        return true;
      },
      { what: `stream ${name}`, deadline: 90_000 },
    );
    for (let index = 0; index < messages; index += 1) await this.#publish(`${name}.${index}`);
  }

  /** Under the same id until it is acknowledged: in an election nobody does. */
  async #publish(subject: string): Promise<void> {
    const client = await this.client();
    const id = headers();
    id.set('Nats-Msg-Id', subject);
    await waitFor(async () => client.request(subject, subject, { headers: id, timeout: 2_000 }), {
      what: `an acknowledgement of ${subject}`,
    });
  }

  /** Once it has a leader. */
  async stream(name: string): Promise<StreamInfo> {
    return waitFor(
      async () => {
        const info = await this.api<StreamInfo>(`STREAM.INFO.${name}`);
        return info.cluster.leader !== undefined && info;
      },
      { what: `the leader of stream ${name}` },
    );
  }

  /** Kills a server, which then is no part of the cluster any more. */
  async kill(name: string): Promise<void> {
    await this.#logOut();
    await this.server(name).stop();
    this.servers.delete(name);
  }

  async stop(): Promise<void> {
    await this.#logOut();
    await this.#running.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #logOut(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }
}

/** What is foreseen for pods, on ports of the system's choice. */
function onLoopback(conf: Conf, store: string, routes: readonly string[]): Conf {
  const listeners = ['leafnodes', 'gateway'].reduce(
    (rest, block) => withValue(withValue(rest, [block, 'port'], -1), [block, 'host'], '127.0.0.1'),
    conf,
  );
  return withValue(withValue(listeners, ['jetstream', 'store_dir'], store), ['cluster', 'routes'], routes);
}
