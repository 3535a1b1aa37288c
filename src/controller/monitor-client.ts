import type { V1Pod } from '@kubernetes/client-node';
import type { ServerReport } from '../model/observed';
import { ports } from '../model/ports';
import { isReady } from '../plan/pod-readiness';
import { HttpClient } from './http';

/** Milliseconds: a server in the same cluster answers in a few. */
const TIMEOUT = 2_000;
/** Milliseconds that a whole mesh is taken for granted as long as no pod changes. */
const REPORT_LIFETIME = 240_000;

interface Reports {
  readonly servers: ReadonlyMap<string, ServerReport>;
  /** The very containers that were asked. */
  readonly asked: string;
  readonly at: number;
}

/** Asks the servers of a cluster for their routes, over their monitoring ports. */
export class MonitorClient {
  readonly #http = new HttpClient({ timeout: TIMEOUT, keepAliveTimeout: 4_000 });
  readonly #reports = new Map<string, Reports>();

  /**
   * What each ready server says. An answer that showed the whole mesh is kept while the pods stay the same.
   *
   * @param fresh asks in any case
   */
  async ask(key: string, pods: Iterable<V1Pod>, fresh: boolean): Promise<ReadonlyMap<string, ServerReport>> {
    const ready = [...pods].filter(isReady);
    const asked = ready.map(identity).sort().join();
    const known = this.#reports.get(key);
    if (!fresh && known?.asked === asked && isWhole(known) && Date.now() - known.at < REPORT_LIFETIME)
      return known.servers;
    const servers = new Map(
      await Promise.all(ready.map(async pod => [pod.metadata?.name ?? '', await this.#report(pod)] as const)),
    );
    this.#reports.set(key, { servers, asked, at: Date.now() });
    return servers;
  }

  forget(key: string): void {
    this.#reports.delete(key);
  }

  async #report(pod: V1Pod): Promise<ServerReport> {
    try {
      const { status, body } = await this.#http.send(new URL(`http://${host(pod)}:${ports.monitoring}/routez`), {
        method: 'GET',
      });
      return status === 200 ? toReport(body) : { answered: false, reason: `status ${status}` };
    } catch (error) {
      return { answered: false, reason: error instanceof Error ? error.message : String(error) };
    }
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

/** Changes when the pod, or the server in it, is another. */
function identity({ metadata, status }: V1Pod): string {
  const started = status?.containerStatuses?.map(({ containerID }) => containerID).join('+');
  return `${metadata?.uid ?? ''}/${started ?? ''}`;
}

function host({ status }: V1Pod): string {
  const address = status?.podIP ?? '';
  return address.includes(':') ? `[${address}]` : address;
}

function toReport(body: unknown): ServerReport {
  const { server_id: serverId, routes } = isRecord(body) ? body : {};
  if (typeof serverId !== 'string') return { answered: false, reason: 'not the answer of a NATS server' };
  const remotes = Array.isArray(routes) ? routes.filter(isRecord).map(({ remote_id: id }) => id) : [];
  return { answered: true, serverId, routedTo: new Set(remotes.filter(id => typeof id === 'string')) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
