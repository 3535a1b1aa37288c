import type { V1Pod } from '@kubernetes/client-node';
import { MAX_SIZE } from '../spec/resolve-cluster';
import type { AnsweringServer, ServerReport } from '../observed';
import { isReady, isUnready } from '../rollout/pod-status';
import { splitKey } from '../../runtime/object-key';
import { FairLimit } from '../../runtime/fair-limit';
import { monitorHttp } from './monitor-http';
import { askServer, type MonitorQuery } from './server-report';
import { askHealth } from './server-health';
import { UnresponsiveServers } from './unresponsive-servers';

/** Milliseconds that a complete mesh is cached while no pod changes; remotes change without our pods. */
const REPORT_LIFETIME = 240_000;
const REMOTES_LIFETIME_MS = 45_000;
/** JetStream changes at any time; before a disruption it is queried as often as the cluster is reconciled, within reason. */
const JETSTREAM_LIFETIME_MS = 45_000;
const ASSETS_LIFETIME_MS = 500;

/** How many servers are queried at a time, of all clusters and of one. */
const PARALLEL = 128;
const PARALLEL_OF_CLUSTER = 16;

/** No more are queried per cluster: it has no more servers, and as many pods of the Go operator at most. */
const MAX_ASKED = 2 * MAX_SIZE;

/** How much is queried. */
export interface MonitorRequest {
  /** Queries all that do answer, though their answers may be known. */
  readonly fresh: boolean;
  /** Queries unresponsive ones too, before their retry is due. */
  readonly silent: boolean;
}

interface Reports {
  readonly servers: ReadonlyMap<string, ServerReport>;
  /** The very containers that were queried. */
  readonly asked: string;
  readonly at: number;
}

/** Queries the servers of a cluster for their routes, over their monitoring ports. */
export class MonitorClient {
  readonly #http = monitorHttp();
  readonly #limit = new FairLimit(PARALLEL);
  /** Those of a cluster are forgotten with what is held of it. */
  readonly #reports = new WeakMap<object, Reports>();
  readonly #silent = new WeakMap<object, UnresponsiveServers>();

  /**
   * What each ready server says. An answer that showed the whole mesh is kept while the pods stay the same; an unresponsive server is queried at growing
   * intervals.
   *
   * @param owner what the answers are kept by, for as long as it is there itself
   */
  async ask(
    owner: object,
    key: string,
    pods: Iterable<V1Pod>,
    inquiry: MonitorQuery,
    asking: MonitorRequest,
  ): Promise<ReadonlyMap<string, ServerReport>> {
    const ready = [...pods].filter(isReady).slice(0, MAX_ASKED);
    const asked = [describe(inquiry), ...ready.map(identity).sort()].join();
    const known = this.#reports.get(owner);
    if (!asking.fresh && known?.asked === asked && isWhole(known) && Date.now() - known.at < lifetimeOf(inquiry))
      return known.servers;
    const servers = await this.#askAll(owner, key, ready, inquiry, asking.silent);
    this.#reports.set(owner, { servers, asked, at: Date.now() });
    return servers;
  }

  async #askAll(
    owner: object,
    key: string,
    ready: readonly V1Pod[],
    inquiry: MonitorQuery,
    silentToo: boolean,
  ): Promise<ReadonlyMap<string, ServerReport>> {
    const silent = this.#silent.get(owner) ?? new UnresponsiveServers();
    this.#silent.set(owner, silent);
    silent.keepOnly(new Set(ready.map(identity)));
    const servers = new Map<string, ServerReport>();
    const waiting = ready.values();
    const work = async (): Promise<void> => {
      for (const pod of waiting) {
        const held = silentToo ? undefined : silent.find(identity(pod));
        servers.set(pod.metadata?.name ?? '', held ?? (await this.#askOne(key, pod, inquiry, silent)));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_OF_CLUSTER }, work));
    return servers;
  }

  async #askOne(key: string, pod: V1Pod, inquiry: MonitorQuery, silent: UnresponsiveServers): Promise<ServerReport> {
    const { namespace } = splitKey(key);
    const report = await this.#limit.run(namespace, async () => askServer(this.#http, pod, inquiry));
    if (report.answered) silent.delete(identity(pod));
    else silent.add(identity(pod), report);
    return report;
  }

  /** What servers that run and are not ready answer to their readiness probe, by pod name. */
  async askHealth(key: string, pods: Iterable<V1Pod>): Promise<ReadonlyMap<string, string>> {
    const { namespace } = splitKey(key);
    const unready = [...pods].filter(isUnready).slice(0, MAX_ASKED);
    const answers = unready.map(async (pod): Promise<[string, string][]> => {
      const words = await this.#limit.run(namespace, async () => askHealth(this.#http, pod));
      return words === undefined ? [] : [[pod.metadata?.name ?? '', words]];
    });
    return new Map((await Promise.all(answers)).flat());
  }
}

function isWhole({ servers }: Reports): boolean {
  const answers = [...servers.values()];
  return answers.every(
    server =>
      server.answered &&
      isJetStreamWhole(server.jetstream) &&
      answers.every(other => other === server || (other.answered && server.routedTo.has(other.serverId))),
  );
}

/** What is not whole is asked for each time. */
const isJetStreamWhole = (report: AnsweringServer['jetstream']): boolean =>
  report === undefined || (report.answered && report.problem === undefined);

const describe = ({ config, remotes, jetstream }: MonitorQuery): string =>
  JSON.stringify([[...(config?.ports ?? [])], remotes, jetstream]);

function lifetimeOf({ remotes, jetstream }: MonitorQuery): number {
  if (jetstream !== undefined && jetstream !== 'status') return ASSETS_LIFETIME_MS;
  return Math.min(
    remotes === undefined ? REPORT_LIFETIME : REMOTES_LIFETIME_MS,
    jetstream === undefined ? REPORT_LIFETIME : JETSTREAM_LIFETIME_MS,
  );
}

/** Changes when the pod, or the server in it, is another. */
function identity({ metadata, status }: V1Pod): string {
  const started = status?.containerStatuses?.map(({ containerID }) => containerID).join('+');
  return `${metadata?.uid ?? ''}/${started ?? ''}`;
}
