import type { V1Pod } from '@kubernetes/client-node';
import type { Remotes } from '../spec/remotes';
import type { LoadedConfig, ServerReport } from '../observed';
import type { TlsConnection } from '../spec/tls-files';
import type { HttpClient } from '../../runtime/http';
import { askJetStream, type JetStreamQuery, type ReadPage } from './jetstream-report';
import { nameOf } from './jetstream-peers';
import { monitorUrl } from './monitor-url';
import { askRemotes, toLastingRoutes } from './remotes-report';
import { isServerId, serverIds } from './server-ids';
import { presentedCertificate } from './presented-certificate';

/** Milliseconds: a server in the same cluster answers in a few. */
export const REPORT_TIMEOUT = 2_000;

/** What a server is queried for, beyond its routes. */
export interface MonitorQuery {
  /** What it runs with, and what its ports present, by the kind of connection; undefined where servers don't reload. */
  readonly config: { readonly ports: ReadonlyMap<TlsConnection, number> } | undefined;
  /** The remotes that the server has to be connected to; undefined if there are none. */
  readonly remotes: Remotes | undefined;
  /** How much of JetStream; undefined if servers have none. */
  readonly jetstream: JetStreamQuery | undefined;
}

/** Queries a server for its routes, its configuration if it may have been reloaded, its remotes, and its JetStream. */
export async function askServer(
  http: HttpClient,
  pod: V1Pod,
  { config, remotes, jetstream }: MonitorQuery,
): Promise<ServerReport> {
  try {
    const [{ report, routes, name }, loaded] = await Promise.all([
      read(http, pod, 'routez', body => ({
        report: toReport(body),
        routes: toLastingRoutes(body),
        name: serverName(body),
      })),
      config === undefined ? undefined : askConfig(http, pod, config.ports),
    ]);
    if (!report.answered) return report;
    const [others, ofJetStream] = await Promise.all([
      remotes && askRemotes(async (page, take) => read(http, pod, page, take), remotes),
      jetstream && askJetStream(pageReader(http, pod), name ?? pod.metadata?.name ?? '', jetstream),
    ]);
    return {
      ...report,
      ...(loaded === undefined ? {} : { config: loaded }),
      ...(others === undefined ? {} : { remotes: { ...others, routes } }),
      ...(ofJetStream === undefined ? {} : { jetstream: ofJetStream }),
    };
  } catch (error) {
    return { answered: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The most bytes of each page. Routes are four between two servers, of a hundred at most; leaf nodes may be thousands. */
const MAX_BYTES = { routez: 1_000_000, varz: 250_000, gatewayz: 1_000_000, leafz: 4_000_000 };

async function read<T>(
  http: HttpClient,
  pod: V1Pod,
  page: keyof typeof MAX_BYTES,
  take: (body: unknown) => T,
): Promise<T> {
  return pageReader(http, pod)(`/${page}`, MAX_BYTES[page], ({ status, body }) => {
    if (status !== 200) throw new Error(`status ${status}`);
    return take(body);
  });
}

/** Of each page the part that is taken is kept: the rest is released before the next one is parsed. */
const pageReader =
  (http: HttpClient, pod: V1Pod): ReadPage =>
  async <T>(path: string, maxBytes: number, take: (answer: { status: number; body: unknown }) => T): Promise<T> => {
    const answer = await http.send(monitorUrl(pod, path), {
      method: 'GET',
      tenant: pod.metadata?.namespace ?? '',
      maxBytes,
      take: (body, status) => take({ status, body }),
    });
    return answer.body as T;
  };

async function askConfig(
  http: HttpClient,
  pod: V1Pod,
  tlsPorts: ReadonlyMap<TlsConnection, number>,
): Promise<LoadedConfig | undefined> {
  const [loaded, ...presented] = await Promise.all([
    read(http, pod, 'varz', body => toLoaded(body, Date.now())),
    ...[...tlsPorts].map(async ([connection, port]) => askCertificate(host(pod), connection, port)),
  ]);
  return loaded && { ...loaded, certificates: new Map(presented.flat()) };
}

/** A port without a certificate verifies nothing; the reason does not matter here. */
async function askCertificate(
  address: string,
  connection: TlsConnection,
  port: number,
): Promise<[TlsConnection, string][]> {
  const fingerprint = await presentedCertificate(address, port, connection, REPORT_TIMEOUT).catch(() => undefined);
  return fingerprint === undefined ? [] : [[connection, fingerprint]];
}

const host = ({ status }: V1Pod): string => status?.podIP ?? '';

function toReport(body: unknown): ServerReport {
  const { server_id: serverId, routes } = isRecord(body) ? body : {};
  if (!isServerId(serverId)) return { answered: false, reason: 'not the answer of a NATS server' };
  const remotes = Array.isArray(routes) ? routes.filter(isRecord).map(({ remote_id: id }) => id) : [];
  return { answered: true, serverId, routedTo: serverIds(remotes) };
}

/** Named by its pod, or by a variable of the user's. */
const serverName = (body: unknown): string | undefined => (isRecord(body) ? nameOf(body.server_name) : undefined);

/** `sha256:` and 64 digits. */
const LONGEST_DIGEST = 100;

/** The server's clock may differ from ours, so that its own age of the configuration is taken. */
function toLoaded(body: unknown, at: number): Omit<LoadedConfig, 'certificates'> | undefined {
  const { now, config_load_time: loaded, config_digest: digest } = isRecord(body) ? body : {};
  const age = Date.parse(String(now)) - Date.parse(String(loaded));
  if (Number.isNaN(age)) return undefined;
  const isDigest = typeof digest === 'string' && digest !== '' && digest.length <= LONGEST_DIGEST;
  return { loadedAt: new Date(at - age), digest: isDigest ? digest : undefined };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
