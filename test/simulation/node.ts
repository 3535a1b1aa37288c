import type { ServerReport } from '../../src/nats-cluster/observed';
import { items, part, type Json } from './objects';
import type { ApiServer } from './api-server';
import { Claims } from './claims';
import { jetStreamReport } from './jetstream';
import type { SimulatedStreams } from './streams';
import { serverOf, type SimulatedPod, type SimulatedServer } from './pod';

/** What may be wrong with the environment, for as long as it stands here. */
export interface Faults {
  /** Pods whose server crashes whenever it starts. */
  readonly sick: Set<string>;
  /** Pods whose monitoring port does not answer. */
  readonly silent: Set<string>;
  /** Pods whose replicas of streams are not current. */
  readonly lagging: Set<string>;
  /** Pods whose server gets no new route, as behind a firewall. */
  readonly isolated: Set<string>;
  /** Pods that can't be made, as by a quota that is used up. */
  readonly refused: Set<string>;
  /** No pod without a priority class is let in, as after a policy for a namespace has become stricter. */
  forbidden: boolean;
  /** No image can be pulled but that of 2.15.2, which all nodes have. */
  registryDown: boolean;
  /** The Secret of users can't be read. */
  brokenUsers: boolean;
}

/** No pod of this priority class is let in. */
export const FORBIDDEN_PRIORITY_CLASS = 'forbidden';

const NO_SUCH_CLASS = `no PriorityClass with name ${FORBIDDEN_PRIORITY_CLASS} was found`;
const QUOTA_USED_UP = 'exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2';

/** Kubelet, container runtime and NATS servers in one: pods start, serve, fail and go, and servers find each other. */
export class Node {
  readonly pods = new Map<string, SimulatedPod>();
  readonly claims = new Claims(() => `claim-${this.api.nextVersion()}`);
  /** Why a pod could not be made, as an Event would say it for as long as it is kept. */
  rejection: string | undefined;
  /** Undefined where servers with JetStream have one stream together, and quorums count those alone that run. */
  streams: SimulatedStreams | undefined;
  readonly #routes = new Set<string>();

  constructor(
    private readonly api: ApiServer,
    private readonly clock: { readonly time: number },
    readonly faults: Faults,
  ) {}

  list(): SimulatedPod[] {
    return [...this.pods.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Creates a pod, unless its name is still in use or something forbids it. */
  create(name: string, revision: string | undefined, ownerUid: string, template: SimulatedPod['template']): void {
    const { priorityClassName } = part(template, 'spec');
    const isForbidden =
      priorityClassName === FORBIDDEN_PRIORITY_CLASS || (this.faults.forbidden && priorityClassName === undefined);
    if (this.pods.has(name)) return;
    if (isForbidden || this.faults.refused.has(name)) {
      this.rejection = `pods "${name}" is forbidden: ${isForbidden ? NO_SUCH_CLASS : QUOTA_USED_UP}`;
      return;
    }
    const now = this.clock.time;
    const uid = `pod-${this.api.nextVersion()}`;
    const fresh = { phase: 'pending', phaseSince: now, terminating: false, server: undefined } as const;
    this.pods.set(name, { name, uid, revision, ownerUid, template, createdAt: now, ...fresh });
  }

  terminate(name: string): void {
    const pod = this.pods.get(name);
    if (pod !== undefined && !pod.terminating) this.#enter(pod, { terminating: true });
  }

  /** The process of a server ends; the kubelet starts it again. */
  crash(pod: SimulatedPod): void {
    if (pod.server !== undefined && !pod.terminating) this.#enter(pod, { phase: 'pending', server: undefined });
  }

  /** Its server finds the volume full, and stops storing. */
  fillVolume(name: string): void {
    const pod = this.pods.get(name);
    this.claims.fill(`jetstream-${name}`);
    if (pod?.server !== undefined) pod.server.hasStopped = true;
  }

  /** Takes one pod one step further in its life. */
  advance(pod: SimulatedPod): void {
    if (pod.terminating) this.pods.delete(pod.name);
    else if (pod.phase === 'starting') this.#enter(pod, { phase: 'ready' });
    else if (pod.phase !== 'ready') this.#start(pod);
    else if (this.faults.sick.has(pod.name)) this.#fail(pod, 'CrashLoopBackOff');
  }

  /** One pair of running servers of one cluster name finds each other; false where all have. */
  mesh(): boolean {
    const servers = this.list().flatMap(({ name, server }) => (this.faults.isolated.has(name) ? [] : (server ?? [])));
    for (const a of servers) {
      const b = servers.find(other => a.id < other.id && accept(a, other) && !this.#routed(a.id, other.id));
      if (b === undefined) continue;
      this.#routes.add(route(a.id, b.id));
      return true;
    }
    return false;
  }

  /** What each running server says of itself, and of JetStream if it is asked for that. */
  reports(ofJetStream = false): Map<string, ServerReport> {
    const servers = this.list().flatMap(({ server }) => server?.id ?? []);
    const running = this.list().filter(({ server }) => server !== undefined);
    const jetStreams = running.map(({ name, server }) => ({
      name,
      hasJetStream: server?.hasJetStream ?? false,
      hasStopped: server?.hasStopped ?? false,
      lagging: this.faults.lagging.has(name),
    }));
    return new Map(
      running.map(({ name, server }, index): [string, ServerReport] => {
        if (this.faults.silent.has(name) || server === undefined) return [name, { answered: false, reason: 'timeout' }];
        const routedTo = new Set(servers.filter(other => this.#routed(server.id, other)));
        const own = ofJetStream ? jetStreams[index] : undefined;
        const jetstream = own && (this.streams?.report(own, jetStreams) ?? jetStreamReport(own, jetStreams));
        return [name, { answered: true, serverId: server.id, routedTo, ...(jetstream && { jetstream }) }];
      }),
    );
  }

  /** Whether a pod is ready, and has routes to all other ready ones that do not refuse it. */
  serves(pod: SimulatedPod): boolean {
    const { server } = pod;
    if (!isUp(pod) || server === undefined) return false;
    const others = this.list().filter(other => other !== pod && isUp(other));
    return others.every(
      other =>
        other.server !== undefined && (this.#routed(server.id, other.server.id) || !accept(server, other.server)),
    );
  }

  #routed(a: string, b: string): boolean {
    return this.#routes.has(route(a, b));
  }

  #start(pod: SimulatedPod): void {
    const { image, configKey } = serverOf(pod.template);
    if (image.includes('bad') || (this.faults.registryDown && image !== 'nats:2.15.2')) {
      this.#fail(pod, 'ImagePullBackOff');
      return;
    }
    const file = part(this.api.get('Secret', 'c'), 'data')[configKey];
    const config = typeof file === 'string' ? Buffer.from(file, 'base64').toString() : undefined;
    if (config === undefined || config.includes('broken') || this.faults.sick.has(pod.name)) {
      this.#fail(pod, 'CrashLoopBackOff');
      return;
    }
    const id = `server-${String(this.api.nextVersion()).padStart(9, '0')}`;
    const hasStopped = this.claims.isFull(`jetstream-${pod.name}`);
    delete pod.failure;
    this.#enter(pod, { phase: 'starting', server: { id, hasStopped, ...settingsOf(config, pod.template) } });
  }

  #fail(pod: SimulatedPod, failure: string): void {
    if (pod.failure === failure) return;
    this.#enter(pod, { phase: 'failing', failure, server: undefined });
  }

  #enter(pod: SimulatedPod, change: Partial<SimulatedPod>): void {
    Object.assign(pod, change, { phaseSince: this.clock.time });
  }
}

/** Whether two servers can have a route, as real ones decide it; one without a cluster name takes the other's. */
function accept(a: SimulatedServer, b: SimulatedServer): boolean {
  const isNamed = a.clusterName === b.clusterName || a.clusterName === '' || b.clusterName === '';
  const isKnown = a.routeLogin === b.routeLogin || a.routeLogin === '' || b.routeLogin === '';
  return isNamed && isKnown && a.routeAuthority === b.routeAuthority;
}

/** Read without the operator's own parser: what it prints is JSON but for includes, and for what somebody else has written. */
function settingsOf(config: string, template: Json): Omit<SimulatedServer, 'id'> {
  const parsed = JSON.parse(config.replace(/\n\s*include "[^"]*",?/g, '')) as Json;
  const cluster = part(parsed, 'cluster');
  const certificates = items(part(template, 'spec').volumes).find(({ name }) => name === 'routes-tls-certs');
  const { password } = part(cluster, 'authorization');
  return {
    hasJetStream: parsed.jetstream !== undefined,
    clusterName: typeof cluster.name === 'string' ? cluster.name : '',
    routeAuthority: cluster.tls === undefined ? undefined : JSON.stringify(part(certificates, 'secret').secretName),
    routeLogin: typeof password === 'string' ? password : '',
  };
}

/** Whether Kubernetes counts a pod as ready and nobody deletes it. */
export const isUp = (pod: SimulatedPod): boolean => pod.phase === 'ready' && !pod.terminating;

const route = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
