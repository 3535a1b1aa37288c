import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { type ChildStatefulSet, findChild } from '../child';
import { childKinds, type Child } from '../children';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { FAILED_POD_TEMPLATE_HASH_ANNOTATION, podSelector } from '../spec/labels';
import { configSecretName, statefulSetName, systemUserSecretName } from '../spec/names';
import type { Ages, Observed } from '../observed';
import type { SystemUserKey } from '../spec/system-user';
import { authSecrets, tlsSecrets } from '../secrets/named-secrets';
import { isDowngrade } from '../jetstream/api-levels';
import { parseServerVersion } from '../../nats/server-version';
import type { JetStreamQuery } from '../monitoring/jetstream-report';
import { rememberStreams } from '../jetstream/evacuation';
import { findLeavingServer } from '../jetstream/operation';
import { hasJetStream } from '../spec/jetstream';
import { namedRemotes } from '../spec/remotes';
import type { SecretContent } from '../../kubernetes/secret-content';
import type { SpecProblem } from '../validation/spec-problem';
import { tlsPorts } from '../spec/tls-ports';
import { validateCluster } from '../validation/validate-cluster';
import { isDisruptionDue } from '../rollout/disruption-gate';
import { ownPods } from '../rollout/own-pods';
import { agesOf, updateObservations } from '../rollout/observations';
import { projectClaim } from './projection';
import { ClusterEntry, secretVersion, type Snapshot } from './cluster-entry';
import { keyOfClaim, keyOfPod } from './cluster-key';
import { splitKey } from '../../runtime/object-key';
import type { ObjectMetadata } from '../../runtime/metadata-informer';
import type { Decide } from '../../runtime/decisions';
import type { KubeClient } from '../../runtime/kube-client';
import { readMissingPods } from './missing-pods';
import type { MonitorClient } from '../monitoring/monitor-client';
import { claimsPath, isPathSegment, podsPath, revisionPath, secretPath } from '../../runtime/api-paths';
import { childPath, clusterPath } from './cluster-api';
import { createSystemUserKey, readSystemUserKey } from './system-user-key';
import { projectChild, projectCluster, projectPod } from './projection';
import { SecretsTooLargeError } from './reconcile-error';
import type { MonitorQuery } from '../monitoring/server-report';
import type { Outside } from '../../runtime/work-queue';
import type { ClusterCache } from './cluster-cache';

/** The maximum size in base64 bytes of all Secrets that a spec names. One may have 1.4 MB; certificates have a few kilobytes. */
const MAX_SECRET_BYTES = 2_000_000;

/** The options of the operator that concern clusters. */
export interface ObserverOptions {
  /** The repository of sidecar images for NatsClusters that name none; undefined if not configured. */
  readonly imageRepository: string | undefined;
  /** The namespaces that the operator's webhooks exclude. */
  readonly exemptNamespaces: readonly string[];
  /** Whether the operator may read ServiceAccounts and issue tokens. */
  readonly issuesTokens: boolean;
  /** The name of this operator in statuses; undefined if unknown. */
  readonly operator: string | undefined;
}

/** Collects the observed state of a cluster for a sync. */
export class Observer {
  constructor(
    private readonly kube: KubeClient,
    private readonly monitor: MonitorClient,
    private readonly cache: ClusterCache,
    private readonly decide: Decide,
    private readonly options: ObserverOptions,
  ) {}

  /**
   * The observed state of the cluster; undefined if it is deleted or terminating.
   *
   * @param fresh reads everything from the API server, as required before a disruption
   * @param outside waits for the servers without occupying a worker
   */
  async observe(key: string, fresh: boolean, outside: Outside): Promise<Observed | undefined> {
    // Of a cluster that the watch has not delivered, nothing is cached.
    const entry = this.cache.get(key) ?? new ClusterEntry();
    const cluster = await this.cluster(key, fresh, entry);
    if (cluster === undefined || cluster.metadata?.deletionTimestamp !== undefined) return undefined;
    const { children, pods: labelled, claims } = await this.#reading(key, entry, cluster, fresh);
    const statefulSet = findChild(children, 'StatefulSet', statefulSetName(splitKey(key).name));
    const pods = ownPods(cluster, statefulSet, labelled);
    const leaving = findLeavingServer(cluster, statefulSet?.spec?.replicas ?? 0);
    const isDue = isDisruptionDue(cluster, statefulSet, pods, claims);
    const needsConfigurations = leaving !== undefined || (isDue && isDowngradeOf(cluster, pods));
    const inquiry = inquiryOf(cluster, needsConfigurations ? 'configurations' : isDue ? 'assets' : 'status');
    const asking = { fresh: fresh || entry.unverified, silent: fresh };
    const [servers, health] = await outside(async () =>
      Promise.all([this.monitor.ask(entry, key, pods, inquiry, asking), this.monitor.askHealth(key, pods)]),
    );
    entry.formerStreams = leaving === undefined ? undefined : rememberStreams(entry.formerStreams, servers, leaving);
    const ages = this.#ages(entry, statefulSet, pods, servers);
    const lastGoodTemplate = await this.#lastGoodTemplate(statefulSet);
    const problems = await this.#problems(key, entry, cluster);
    const missing = await readMissingPods(this.kube, statefulSet, pods, ages);
    const secrets = await this.#secrets(key, entry, cluster, fresh);
    const systemUser = systemUserOf(entry, cluster, children);
    const { imageRepository, exemptNamespaces, issuesTokens, operator } = this.options;
    return {
      cluster,
      children,
      pods: labelled,
      claims,
      stored: new Map(entry.stored),
      ages,
      servers,
      health,
      secrets,
      problems,
      ...missing,
      requests: entry.requestOutcomes(),
      ...(entry.formerStreams === undefined ? {} : { formerStreams: entry.formerStreams }),
      ...(systemUser === undefined ? {} : { systemUser }),
      ...(lastGoodTemplate === undefined ? {} : { lastGoodTemplate }),
      ...(imageRepository === undefined ? {} : { imageRepository }),
      ...(operator === undefined ? {} : { operator }),
      isWithoutServiceAccounts: !issuesTokens,
      isExempt: exemptNamespaces.includes(splitKey(key).namespace),
    };
  }

  #ages(
    entry: ClusterEntry,
    statefulSet: ChildStatefulSet | undefined,
    pods: readonly V1Pod[],
    servers: Observed['servers'],
  ): Ages {
    const now = performance.now();
    entry.observations = updateObservations(entry.observations, statefulSet, pods, servers, now);
    return agesOf(entry.observations, now);
  }

  /** The Secrets that the spec names, read when first needed and after each change. */
  async #secrets(
    key: string,
    entry: ClusterEntry,
    { spec = {} }: NatsClusterObject,
    fresh: boolean,
  ): Promise<ReadonlyMap<string, SecretContent | undefined>> {
    const { namespace } = splitKey(key);
    const names = [...tlsSecrets(spec), ...authSecrets(spec)].map(({ name }) => name);
    this.cache.setUsedSecrets(key, new Set(names.map(name => `${namespace}/${name}`)));
    const secrets = new Map<string, SecretContent | undefined>();
    let bytes = 0;
    // One after the other, because together they may exceed the memory limit.
    for (const name of names) {
      const secret = await this.#secret(namespace, entry, name, fresh);
      if (!secrets.has(name)) bytes += sizeOf(secret);
      if (bytes > MAX_SECRET_BYTES) throw new SecretsTooLargeError(MAX_SECRET_BYTES);
      secrets.set(name, secret);
    }
    return secrets;
  }

  async #secret(
    namespace: string,
    entry: ClusterEntry,
    name: string,
    fresh: boolean,
  ): Promise<SecretContent | undefined> {
    // A spec from before the CRD's rules may contain any name.
    if (!isPathSegment(name)) return undefined;
    const cached = entry.secrets.get(name);
    if (cached !== undefined && !fresh) return cached.content;
    const { events } = entry;
    const read = (await this.kube.get(secretPath(namespace, name))) as StoredSecret | undefined;
    const content = read && contentOf(read);
    // A change during the read triggers another reconciliation, which reads again.
    if (entry.events === events)
      entry.secrets.set(name, { content, version: read?.metadata && secretVersion(read.metadata) });
    return content;
  }

  async #problems(key: string, entry: ClusterEntry, cluster: NatsClusterObject): Promise<readonly SpecProblem[]> {
    const { uid, generation } = cluster.metadata ?? {};
    const { review } = entry;
    if (review !== undefined && review.uid === uid && review.generation === generation) return review.problems;
    const { problems } = await this.decide(key, () => validateCluster(cluster));
    entry.review = { uid, generation, problems };
    return problems;
  }

  /** The NatsCluster, terminating or not; undefined if it does not exist. */
  async cluster(
    key: string,
    fresh = false,
    entry = this.cache.get(key) ?? new ClusterEntry(),
  ): Promise<NatsClusterObject | undefined> {
    if (entry.cluster !== undefined && !entry.isShed && !fresh) return entry.cluster;
    const { namespace, name } = splitKey(key);
    const read = (await this.kube.get(clusterPath(namespace, name))) as NatsClusterObject | undefined;
    const cluster = read && projectCluster(read);
    if (cluster !== undefined) entry.storeCluster(cluster);
    return cluster;
  }

  async #reading(key: string, entry: ClusterEntry, cluster: NatsClusterObject, fresh: boolean): Promise<Snapshot> {
    if (entry.complete && !fresh && (entry.readsSystemUser || !hasSystemUser(cluster))) {
      if (!entry.holdsConfig(configSecretName(splitKey(key).name))) await this.#readConfig(key, entry);
      return {
        children: [...entry.children.values()],
        pods: [...entry.pods.values()],
        claims: [...entry.claims.values()],
      };
    }
    const { events } = entry;
    const reading = await this.#read(key, cluster);
    entry.replace(reading, events);
    entry.readsSystemUser = hasSystemUser(cluster);
    return reading;
  }

  async #readConfig(key: string, entry: ClusterEntry): Promise<void> {
    const { namespace, name } = splitKey(key);
    const secret = (await this.kube.get(childPath('Secret', namespace, configSecretName(name)))) as Child | undefined;
    if (secret !== undefined) entry.storeChild(projectChild(secret));
  }

  async #read(key: string, cluster: NatsClusterObject): Promise<Snapshot> {
    const { namespace, name } = splitKey(key);
    const paths = childKinds.flatMap(({ kind, children }) =>
      children
        .filter(child => hasSystemUser(cluster) || child.name !== systemUserSecretName)
        .map(child => childPath(kind, namespace, child.name(name))),
    );
    const [pods, claims, ...children] = await Promise.all([
      this.#labelled(podsPath(namespace), key, projectPod, keyOfPod),
      hasClaims(cluster) ? this.#labelled(claimsPath(namespace), key, projectClaim, keyOfClaim) : [],
      ...paths.map(async path => this.kube.get(path)),
    ]);
    const found = (children as (Child | undefined)[]).filter(child => child !== undefined);
    return { pods, claims, children: found.map(projectChild) };
  }

  /** The objects that the watch delivers too: there may be any number of others with these labels. */
  async #labelled<T>(
    path: string,
    cluster: string,
    take: (object: T) => T,
    keyOf: (object: T) => string | undefined,
  ): Promise<T[]> {
    const found: T[] = [];
    const query = { labelSelector: podSelector(splitKey(cluster).name) };
    for await (const { items } of this.kube.list(path, { query, take }))
      found.push(...items.filter(object => keyOf(object) === cluster));
    return found;
  }

  /** Revisions are immutable; one is read only for a failed rollout, once per sync. */
  async #lastGoodTemplate(statefulSet: ChildStatefulSet | undefined): Promise<V1PodTemplateSpec | undefined> {
    const { currentRevision, updateRevision } = statefulSet?.status ?? {};
    const failed = statefulSet?.metadata.annotations?.[FAILED_POD_TEMPLATE_HASH_ANNOTATION] !== undefined;
    if (statefulSet === undefined || currentRevision === undefined || (currentRevision === updateRevision && !failed))
      return undefined;
    const revision = await this.kube.get(revisionPath(statefulSet.metadata.namespace, currentRevision));
    return templateOf(revision as { data?: { spec?: { template?: unknown } } } | undefined);
  }
}

const hasSystemUser = ({ spec }: NatsClusterObject): boolean => spec?.jetstream !== undefined;

/** The key that is stored, else the last one, else a new one: it is stored with the children. */
function systemUserOf(
  entry: ClusterEntry,
  { metadata, spec }: NatsClusterObject,
  children: readonly Child[],
): SystemUserKey | undefined {
  if (spec?.jetstream === undefined) return undefined;
  const secret = findChild(children, 'Secret', systemUserSecretName(metadata?.name ?? ''));
  const stored = readSystemUserKey(secret, entry.systemUser);
  return (entry.systemUser = stored ?? entry.systemUser ?? createSystemUserKey());
}

/** A Secret as the API server stores it. */
type StoredSecret = SecretContent & { readonly metadata?: ObjectMetadata };

const contentOf = ({ type, data }: SecretContent): SecretContent => ({
  ...(type === undefined ? {} : { type }),
  ...(data === undefined ? {} : { data }),
});

const sizeOf = (secret: SecretContent | undefined): number =>
  Object.values(secret?.data ?? {}).reduce((sum, { length }) => sum + length, 0);

/** Only servers with file storage have claims. */
const hasClaims = ({ spec = {} }: NatsClusterObject): boolean => spec.jetstream?.fileStorage !== undefined;

/** Servers that may reload are queried for their configuration; those with remotes or JetStream, for their state. */
const inquiryOf = ({ spec = {} }: NatsClusterObject, query: JetStreamQuery): MonitorQuery => ({
  config: spec.pod?.enableConfigReload ? { ports: tlsPorts(spec) } : undefined,
  remotes: namedRemotes(spec),
  jetstream: hasJetStream(spec) ? query : undefined,
});

function isDowngradeOf({ spec }: NatsClusterObject, pods: readonly V1Pod[]): boolean {
  const to = parseServerVersion(spec?.version ?? '');
  return to !== undefined && isDowngrade(to, pods);
}

/** A revision contains a patch: the template with a `$patch: replace` directive. */
function templateOf(revision: { data?: { spec?: { template?: unknown } } } | undefined): V1PodTemplateSpec | undefined {
  const template = revision?.data?.spec?.template;
  if (typeof template !== 'object' || template === null) return undefined;
  return Object.fromEntries(Object.entries(template).filter(([key]) => key !== '$patch'));
}
