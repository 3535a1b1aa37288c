import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import { reservePort } from '../../../tools/toolchain/reserve-ports';
import type { NatsVersion } from '../../../tools/toolchain/nats-versions';
import type { Conf } from '../../../src/nats/conf/conf';
import {
  askJetStream,
  type JetStreamQuery,
  type ReadPage,
} from '../../../src/nats-cluster/monitoring/jetstream-report';
import { monitorHttp } from '../../../src/nats-cluster/monitoring/monitor-http';
import type { JetStreamReport } from '../../../src/nats-cluster/jetstream/report';
import type { ServerReport } from '../../../src/nats-cluster/observed';
import type { HttpClient } from '../../../src/runtime/http';
import { waitFor } from '../../cluster/support/wait-for';
import { startServer, type RunningServer } from './running-server';
import { ask, login } from './secured-server';

/** Servers `c-1` to `c-n` of one cluster, each with a store that outlives it. */
export class JetStreamCluster {
  readonly #running = new Map<string, RunningServer>();
  /** Those of their routes. */
  readonly #ports = new Map<string, number>();
  #http: HttpClient | undefined;
  #folder = '';

  constructor(
    private readonly version: NatsVersion,
    readonly size = 3,
  ) {}

  get names(): string[] {
    return Array.from({ length: this.size }, (_, index) => `c-${index + 1}`);
  }

  async startAll(jetstream = true): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'nats-operator-jetstream-'));
    this.#http = monitorHttp();
    for (const name of this.names) this.#ports.set(name, await reservePort());
    for (const name of this.names) await this.start(name, jetstream);
    if (jetstream) await this.#untilAllAreMembers();
  }

  /** 2.10 leaves a server out of the meta group for minutes, now and then; one that starts again is taken in. */
  async #untilAllAreMembers(): Promise<void> {
    const leftOut = async (): Promise<string[]> => {
      const reports = await this.jetStreams();
      const group = reports.flatMap(report => (report.answered ? (report.metaGroup?.replicas ?? []) : []));
      const leader = reports.flatMap(report => (report.answered ? (report.metaGroup?.leader ?? []) : []))[0];
      const members = [leader, ...group.map(({ name }) => name)];
      return this.names.filter(name => !members.includes(name));
    };
    const untilNoneIs = async (deadline: number): Promise<unknown> =>
      waitFor(async () => (await leftOut()).length === 0, { what: 'the meta group to have all servers', deadline });
    try {
      await untilNoneIs(20_000);
    } catch {
      for (const name of await leftOut()) {
        await this.kill(name);
        await this.start(name);
      }
      await untilNoneIs(60_000);
    }
  }

  /** Starts a server that is not running. */
  async start(name: string, jetstream = true): Promise<void> {
    const options = { clusterPort: this.#portOf(name) };
    this.#running.set(name, await startServer(this.version, this.#conf(name, jetstream), options));
  }

  /** Ends a server at once; its store stays. */
  async kill(...names: string[]): Promise<void> {
    const servers = names.flatMap(name => this.#running.get(name) ?? []);
    for (const name of names) this.#running.delete(name);
    await Promise.all(servers.map(async server => server.stop()));
  }

  async stop(): Promise<void> {
    await this.kill(...this.names);
    await this.#http?.close();
    this.#http = undefined;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #conf(name: string, jetstream: boolean): Conf {
    const routes = this.names.map(other => `nats://127.0.0.1:${this.#portOf(other)}`);
    return {
      server_name: name,
      cluster: { name: 'c', routes },
      ...(jetstream
        ? { jetstream: { store_dir: join(this.#folder, name), max_memory_store: 2 ** 26, max_file_store: 2 ** 30 } }
        : {}),
    };
  }

  #portOf(name: string): number {
    return this.#ports.get(name) ?? 0;
  }

  async login(name = 'c-1'): Promise<NatsConnection> {
    const server = this.#running.get(name);
    if (server === undefined) throw new Error(`${name} is not running`);
    return login(server);
  }

  /** What the operator keeps of each server, by its own client. */
  async reports(query: JetStreamQuery = 'assets'): Promise<Map<string, ServerReport>> {
    const reports = this.names.map(
      async (name): Promise<[string, ServerReport]> => [name, await this.#report(name, query)],
    );
    return new Map(await Promise.all(reports));
  }

  /** The same, of those that are running. */
  async jetStreams(query?: JetStreamQuery): Promise<JetStreamReport[]> {
    return [...(await this.reports(query)).values()].flatMap(report =>
      report.answered ? (report.jetstream ?? []) : [],
    );
  }

  async #report(name: string, query: JetStreamQuery): Promise<ServerReport> {
    const server = this.#running.get(name);
    if (server === undefined) return { answered: false, reason: 'it is down' };
    const jetstream = await askJetStream(this.reader(server), name, query);
    return { answered: true, serverId: name, routedTo: new Set(), jetstream };
  }

  reader({ monitor }: RunningServer): ReadPage {
    const http = this.#http;
    if (http === undefined) throw new Error('the cluster is not running');
    return async <T>(path: string, maxBytes: number, take: (answer: { status: number; body: unknown }) => T) => {
      const how = { method: 'GET', maxBytes, take: (body: unknown, status: number) => take({ status, body }) } as const;
      return (await http.send(new URL(path, monitor), how)).body as T;
    };
  }

  /** Waits until each running server has routes to all others. */
  async untilMeshed(): Promise<void> {
    const servers = [...this.#running.values()];
    await waitFor(
      async () => {
        const routes = await Promise.all(
          servers.map(async server => {
            const page = await ask<{ routes?: { remote_id: string }[] }>(server, '/routez');
            return new Set(page.routes?.map(({ remote_id: id }) => id)).size;
          }),
        );
        return routes.every(count => count === servers.length - 1);
      },
      { what: 'the routes' },
    );
  }
}
