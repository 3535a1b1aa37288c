import type { V1Pod } from '@kubernetes/client-node';
import type { ServerReport } from '../model/observed';
import { isReady } from '../plan/pod-readiness';
import { monitorHttp } from './monitor-http';
import { askServer, type Inquiry } from './server-report';

/** Milliseconds that a whole mesh is taken for granted as long as no pod changes; neighbours change without our pods. */
const REPORT_LIFETIME = 240_000;
const NEIGHBOUR_LIFETIME = 45_000;

interface Reports {
  readonly servers: ReadonlyMap<string, ServerReport>;
  /** The very containers that were asked. */
  readonly asked: string;
  readonly at: number;
}

/** Asks the servers of a cluster for their routes, over their monitoring ports. */
export class MonitorClient {
  readonly #http = monitorHttp();
  readonly #reports = new Map<string, Reports>();

  /**
   * What each ready server says. An answer that showed the whole mesh is kept while the pods stay the same.
   *
   * @param fresh asks in any case
   */
  async ask(
    key: string,
    pods: Iterable<V1Pod>,
    inquiry: Inquiry,
    fresh: boolean,
  ): Promise<ReadonlyMap<string, ServerReport>> {
    const ready = [...pods].filter(isReady);
    const asked = [describe(inquiry), ...ready.map(identity).sort()].join();
    const known = this.#reports.get(key);
    const lifetime = inquiry.neighbours === undefined ? REPORT_LIFETIME : NEIGHBOUR_LIFETIME;
    if (!fresh && known?.asked === asked && isWhole(known) && Date.now() - known.at < lifetime) return known.servers;
    const servers = new Map(
      await Promise.all(
        ready.map(async pod => [pod.metadata?.name ?? '', await askServer(this.#http, pod, inquiry)] as const),
      ),
    );
    this.#reports.set(key, { servers, asked, at: Date.now() });
    return servers;
  }

  forget(key: string): void {
    this.#reports.delete(key);
  }
}

function isWhole({ servers }: Reports): boolean {
  const answers = [...servers.values()];
  return answers.every(
    server =>
      server.answered &&
      answers.every(other => other === server || (other.answered && server.routedTo.has(other.serverId))),
  );
}

const describe = ({ config, neighbours }: Inquiry): string => JSON.stringify([[...(config?.ports ?? [])], neighbours]);

/** Changes when the pod, or the server in it, is another. */
function identity({ metadata, status }: V1Pod): string {
  const started = status?.containerStatuses?.map(({ containerID }) => containerID).join('+');
  return `${metadata?.uid ?? ''}/${started ?? ''}`;
}
