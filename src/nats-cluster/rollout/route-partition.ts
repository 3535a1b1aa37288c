import { isDeepStrictEqual } from 'node:util';
import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Conf } from '../../nats/conf/conf';
import { parseConf } from '../../nats/conf/parse';
import { findChild, type ChildSecret } from '../child';
import { SECRETS_ANNOTATION } from '../spec/labels';
import { configSecretName, podOrdinal } from '../spec/names';
import type { Observed } from '../observed';
import { SECRET_VOLUMES } from '../spec/pod-parts';
import { configKeyOf, textOf } from '../config/config-files';
import { isReady } from './pod-status';
import { findRouteConflict, type RouteConflict, type RouteSettings } from './route-conflicts';

/** Groups of ready servers, by what they can have routes with. Clients of one group don't see those of another. */
export interface Partition {
  readonly groups: readonly (readonly string[])[];
  readonly conflict: RouteConflict;
}

/** How long servers whose conflict is not certain may take to find each other, in milliseconds. */
const ROUTE_GRACE = 20_000;

/** The conflict that keeps two servers, by their names, from having routes with each other; undefined where they are to have some. */
export type ConflictFinder = (server: string, peer: string) => RouteConflict | undefined;

/** Compares what the servers of a cluster have started with. A conflict that is not certain counts once both have had their time. */
export function conflictFinder(cluster: string, observed: Observed): ConflictFinder {
  const started = new StartedWith(cluster, observed);
  const pods = new Map(observed.pods.map(pod => [pod.metadata?.name ?? '', pod]));
  return (server, peer) => {
    const [a, b] = [pods.get(server), pods.get(peer)];
    const conflict = a && b && started.conflict(a, b);
    if (conflict === undefined || conflict.isCertain) return conflict;
    const age = Math.min(observed.ages?.get(server) ?? 0, observed.ages?.get(peer) ?? 0);
    return age > ROUTE_GRACE ? conflict : undefined;
  };
}

/** How the ready servers are parted now; undefined where they are one cluster. */
export function findPartition(cluster: string, observed: Observed): Partition | undefined {
  const ready = observed.pods.filter(isReady).map(({ metadata }) => metadata?.name ?? '');
  const servers = ready.filter(name => podOrdinal(cluster, name) !== undefined).sort();
  const conflictOf = conflictFinder(cluster, observed);
  const apart: ConflictFinder = (a, b) => (isRouted(observed, a, b) ? undefined : conflictOf(a, b));
  const pairs = servers.flatMap((a, index) => servers.slice(index + 1).map(b => apart(a, b)));
  const conflict = pairs.find(pair => pair !== undefined);
  if (conflict === undefined) return undefined;
  const groups: string[][] = [];
  for (const server of servers) {
    const group = groups.find(others => others.every(other => apart(other, server) === undefined));
    if (group === undefined) groups.push([server]);
    else group.push(server);
  }
  return { groups, conflict };
}

/**
 * What certainly prevents routes between the running servers and those with this template and configuration; undefined where nothing does. What may do so as well,
 * as a renewed certificate, mostly does not, and is reported when it does.
 */
export function foreseeConflict(
  cluster: string,
  observed: Observed,
  template: V1PodTemplateSpec,
  conf: Conf,
): RouteConflict | undefined {
  const started = new StartedWith(cluster, observed);
  const future: RouteSettings = { conf, trust: trustOf(template) };
  return observed.pods.map(pod => findConflict(started.settings(pod), future)).find(conflict => conflict?.isCertain);
}

const findConflict = (a: RouteSettings | undefined, b: RouteSettings | undefined): RouteConflict | undefined =>
  a && b && findRouteConflict(a, b);

/**
 * Reads each file once, and none for two servers that started with the same. A server whose configuration can't be read, as one that the Go operator wrote,
 * conflicts with none.
 */
class StartedWith {
  readonly #secret: ChildSecret | undefined;
  readonly #confs = new Map<string, Conf | undefined>();

  constructor(cluster: string, { children }: Observed) {
    this.#secret = findChild(children, 'Secret', configSecretName(cluster));
  }

  conflict(a: V1Pod, b: V1Pod): RouteConflict | undefined {
    const isSame = isDeepStrictEqual([configKeyOf(a), trustOf(a)], [configKeyOf(b), trustOf(b)]);
    return isSame ? undefined : findConflict(this.settings(a), this.settings(b));
  }

  settings(pod: V1Pod): RouteSettings | undefined {
    const [key = ''] = configKeyOf(pod);
    if (!this.#confs.has(key)) this.#confs.set(key, parseConf((this.#secret && textOf(this.#secret, key)) ?? ''));
    const conf = this.#confs.get(key);
    return conf && { conf, trust: trustOf(pod) };
  }
}

/** The Secret of the routes' certificates, and what the mounted Secrets held where servers read them only when they start. */
function trustOf({ metadata, spec }: V1Pod | V1PodTemplateSpec): string {
  const volume = spec?.volumes?.find(({ name }) => name === SECRET_VOLUMES.routes);
  return `${volume?.secret?.secretName ?? ''}/${metadata?.annotations?.[SECRETS_ANNOTATION] ?? ''}`;
}

function isRouted({ servers }: Observed, a: string, b: string): boolean {
  const [one, other] = [servers.get(a), servers.get(b)];
  return one?.answered === true && other?.answered === true && one.routedTo.has(other.serverId);
}
