import { getHeapStatistics } from 'node:v8';
import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import type { Child } from '../children';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { ClusterEntry, revision, sizeOf, type CachedKind } from './cluster-entry';
import { splitKey } from '../../runtime/object-key';
import type { InformerTarget } from '../../runtime/informer-target';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';

/**
 * The cached state of all clusters. Only the watch adds a cluster, and the watch or a read removes it, so that a late
 * response to a read or write does not revive a deleted one.
 */
export class ClusterCache {
  readonly #clusters = new Map<string, ClusterEntry>();
  readonly #secretUsers = new Map<string, Set<string>>();
  #total = 0;
  readonly #budget: number;

  /** @param budget the maximum size of all clusters in characters: an eighth of the heap, because objects take several times their JSON */
  constructor(budget = getHeapStatistics().heap_size_limit / 8) {
    this.#budget = budget;
  }

  /** The entry of the cluster; undefined if there is none. */
  get(key: string): ClusterEntry | undefined {
    return this.#clusters.get(key);
  }

  /** The entry of the NatsCluster with that uid; undefined for another one of the same name. */
  find(key: string, uid: string | undefined): ClusterEntry | undefined {
    const entry = this.#clusters.get(key);
    return entry?.cluster?.metadata?.uid === uid ? entry : undefined;
  }

  /** Whether the cluster exists. Events before or after that are dropped: the first reconciliation reads everything. */
  has(key: string): boolean {
    return this.#clusters.has(key);
  }

  /** The keys of all clusters. */
  keys(): string[] {
    return [...this.#clusters.keys()];
  }

  /** The number of clusters by phase; those without one are `Pending`. */
  phases(): ReadonlyMap<string, number> {
    const phases = new Map<string, number>();
    for (const { cluster } of this.#clusters.values()) {
      const phase = cluster?.status?.phase ?? 'Pending';
      phases.set(phase, (phases.get(phase) ?? 0) + 1);
    }
    return phases;
  }

  /** Measures the entry of a cluster after its reconciliation. */
  measure(key: string): void {
    const entry = this.#clusters.get(key);
    if (entry !== undefined) this.#count(entry, entry.size());
  }

  /** If the cache exceeds its budget, the objects of the largest clusters are evicted: those are read again in each reconciliation, and all others are not affected. */
  #count(entry: ClusterEntry, bytes: number): void {
    this.#total += bytes - entry.bytes;
    entry.bytes = bytes;
    if (this.#total <= this.#budget) return;
    for (const large of [...this.#clusters.values()].sort((a, b) => b.bytes - a.bytes)) {
      if (this.#total <= this.#budget) return;
      large.shed();
      const rest = large.size();
      this.#total += rest - large.bytes;
      large.bytes = rest;
    }
  }

  /** The cached objects of a watched kind, in a namespace or in all. Of duplicates, the more complete one is last. */
  *cached(kind: CachedKind, namespace: string | undefined): Iterable<InformerTarget> {
    if (kind === 'Secret') yield* this.#cachedSecrets(namespace);
    for (const [key, entry] of this.#clusters)
      if (namespace === undefined || splitKey(key).namespace === namespace) yield* entry.cached(kind);
  }

  *#cachedSecrets(namespace: string | undefined): Iterable<InformerTarget> {
    for (const secret of this.#secretUsers.keys()) {
      const [home = '', name = ''] = secret.split('/');
      if (namespace === undefined || home === namespace) yield { metadata: { namespace: home, name } };
    }
  }

  /** Stores a NatsCluster from the watch. A recreated one starts with an empty entry. */
  storeCluster(key: string, cluster: NatsClusterObject): void {
    const known = this.#clusters.get(key);
    if (known !== undefined && known.cluster?.metadata?.uid === cluster.metadata?.uid) {
      known.storeCluster(cluster);
      this.#count(known, Math.max(known.bytes, sizeOf(known.cluster)));
    } else if (known === undefined || revision(cluster) > revision(known.cluster ?? {})) {
      this.#forget(key);
      const entry = new ClusterEntry(cluster);
      this.#clusters.set(key, entry);
      this.#count(entry, sizeOf(cluster));
    }
  }

  /** Removes the NatsCluster with that uid. @returns whether no cluster of the name is left */
  forget(key: string, uid: string | undefined): boolean {
    if (this.find(key, uid) !== undefined) this.#forget(key);
    return !this.#clusters.has(key);
  }

  /** Records the Secrets that a cluster references, as `namespace/name`; others are dropped. */
  setUsedSecrets(key: string, used: ReadonlySet<string>): void {
    const entry = this.#clusters.get(key);
    if (entry === undefined) return;
    for (const secret of entry.usedSecrets) if (!used.has(secret)) this.#dropSecretUser(key, secret);
    for (const secret of used) this.#secretUsers.set(secret, (this.#secretUsers.get(secret) ?? new Set()).add(key));
    entry.usedSecrets = used;
    const names = new Set([...used].map(secret => secret.slice(secret.indexOf('/') + 1)));
    for (const name of entry.secrets.keys()) if (!names.has(name)) entry.secrets.delete(name);
  }

  /** The clusters that reference a Secret, by `namespace/name`. */
  secretUsers(secret: string): ReadonlySet<string> {
    return this.#secretUsers.get(secret) ?? new Set();
  }

  storeChild(key: string, child: Child): void {
    this.#clusters.get(key)?.storeChild(child);
  }

  removeChild(key: string, child: Child): void {
    this.#clusters.get(key)?.removeChild(child);
  }

  storePod(key: string, pod: V1Pod): void {
    this.#clusters.get(key)?.storePod(pod);
  }

  removePod(key: string, pod: V1Pod): void {
    this.#clusters.get(key)?.removePod(pod);
  }

  storeClaim(key: string, claim: V1PersistentVolumeClaim): void {
    this.#clusters.get(key)?.storeClaim(claim);
  }

  removeClaim(key: string, claim: V1PersistentVolumeClaim): void {
    this.#clusters.get(key)?.removeClaim(claim);
  }

  recordConfig(key: string, metadata: ObjectMetadata): void {
    this.#clusters.get(key)?.recordConfig(metadata);
  }

  removeConfig(key: string, metadata: ObjectMetadata & ObjectReference): void {
    this.#clusters.get(key)?.removeConfig(metadata);
  }

  #forget(key: string): void {
    this.setUsedSecrets(key, new Set());
    this.#total -= this.#clusters.get(key)?.bytes ?? 0;
    this.#clusters.delete(key);
  }

  #dropSecretUser(key: string, secret: string): void {
    const users = this.#secretUsers.get(secret);
    users?.delete(key);
    if (users?.size === 0) this.#secretUsers.delete(secret);
  }
}
