import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import { childId } from '../child';
import { childKind, type Child } from '../children';
import { countValues } from '../../json/json-values';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';
import type { StoredFields } from '../observed';
import type { FormerStreams } from '../jetstream/report';
import type { RequestOutcome, RequestOutcomes } from '../jetstream/system-request';
import type { SystemUserKey } from '../spec/system-user';
import type { SecretContent } from '../../kubernetes/secret-content';
import type { SpecProblem } from '../validation/spec-problem';
import { podId } from '../apply/stripped-annotations';
import type { Observations } from '../rollout/observations';
import type { Phase } from '../../runtime/informer';
import type { InformerTarget } from '../../runtime/informer-target';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';

export interface Review {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly problems: readonly SpecProblem[];
}

/** All children, pods and claims of a cluster, read at the same time. */
export interface Snapshot {
  readonly children: readonly Child[];
  readonly pods: readonly V1Pod[];
  readonly claims: readonly V1PersistentVolumeClaim[];
}

interface Versioned {
  readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The kinds that are watched. */
export type CachedKind = Child['kind'] | 'PersistentVolumeClaim' | 'Pod' | 'NatsCluster';

/** The identity of a child. */
type Identity = Pick<Child, 'kind'> & { readonly metadata: Pick<Child['metadata'], 'namespace' | 'name' | 'uid'> };

/** An object that was deleted or no longer matches the watch's selector. */
interface Tombstone {
  readonly uid: string | undefined;
  readonly revision: number;
}

/** The maximum number of names of deleted pods, more than a cluster has servers. */
const MAX_TOMBSTONES = 500;

/** Requests to the servers that are remembered, and for how many milliseconds. */
const MAX_REQUESTS = 100;
const REQUEST_LIFETIME_MS = 60_000;

/** A Secret as it was read. */
export interface CachedSecret {
  /** Undefined if it does not exist. */
  readonly content: SecretContent | undefined;
  /** See `secretVersion`; undefined if it does not exist. */
  readonly version: string | undefined;
}

/** A text that is another one for each state of a Secret, also if it was recreated. */
export const secretVersion = ({ uid, resourceVersion }: Pick<ObjectMetadata, 'uid' | 'resourceVersion'>): string =>
  `${uid ?? ''}/${resourceVersion ?? ''}`;

/**
 * The cached state of one NatsCluster with one uid, from watches, reads and responses to writes. These may arrive late and
 * out of order: anything older than the cached object or its deletion is dropped.
 *
 * `ClusterCache` removes the entry of a deleted cluster, so that late responses cannot revive it.
 */
export class ClusterEntry {
  cluster: NatsClusterObject | undefined;
  readonly children = new Map<string, Child>();
  /** By `podId`. */
  readonly pods = new Map<string, V1Pod>();
  /** By `claimId`. */
  readonly claims = new Map<string, V1PersistentVolumeClaim>();
  /** The fields stored differently at the last apply of each child, by `childId`. */
  readonly stored = new Map<string, StoredFields>();
  /** Whether the children were read by name since the last failure: a watch by label does not deliver all objects with their names. */
  complete = false;
  /** The Secrets that the spec names, by name. */
  readonly secrets = new Map<string, CachedSecret>();
  /** The names of those Secrets, as `namespace/name`. */
  usedSecrets: ReadonlySet<string> = new Set();
  /** The last key of the operator's own user: it stays where its Secret is deleted. */
  systemUser: SystemUserKey | undefined;
  /** Whether the last complete reading included the Secret of that user. */
  readsSystemUser = false;
  /** What the streams of the server that leaves had. */
  formerStreams: FormerStreams | undefined;
  readonly #requests = new Map<string, { readonly at: number; readonly error: string | undefined }>();
  /** The newest resourceVersion of the configuration Secret from its metadata watch. */
  configVersion = 0;
  /** The last observed states of its servers, and since when. */
  observations: Observations = new Map();
  /** The validation result of a generation of the spec. */
  review: Review | undefined;
  /** Whether servers were unverified at the last reconciliation. */
  unverified = false;
  /** The last written status, and how the API server stored it. */
  writtenStatus: { readonly sent: NatsClusterStatus; readonly stored: NatsClusterStatus | undefined } | undefined;
  /** The size that `ClusterCache` has counted. */
  bytes = 0;
  /** Whether the spec of the NatsCluster was evicted. */
  isShed = false;
  /** The number of events. */
  events = 0;
  readonly #tombstones = new Map<string, Tombstone>();
  /** The identities of evicted children: a deletion that the watch misses still has to be noticed. */
  #released = new Map<string, Identity>();

  constructor(cluster?: NatsClusterObject) {
    this.cluster = cluster;
  }

  /** The cached objects of a watched kind. */
  *cached(kind: CachedKind): Iterable<InformerTarget> {
    if (kind === 'NatsCluster') {
      if (this.cluster !== undefined) yield this.cluster;
    } else if (kind === 'Pod') yield* this.pods.values();
    else if (kind === 'PersistentVolumeClaim') yield* this.claims.values();
    else {
      for (const child of this.#released.values()) if (child.kind === kind) yield child;
      for (const child of this.children.values()) if (child.kind === kind && isShown(child)) yield child;
    }
  }

  /** The size in characters of everything that can be read again. */
  size(): number {
    const held = [
      this.cluster,
      ...this.children.values(),
      ...this.pods.values(),
      ...this.claims.values(),
      ...this.secrets.values(),
    ];
    return held.reduce((sum, object) => sum + sizeOf(object), 0);
  }

  /** Evicts everything that can be read again. */
  shed(): void {
    for (const [id, child] of this.children) if (isShown(child)) this.#released.set(id, identityOf(child));
    this.children.clear();
    this.pods.clear();
    this.claims.clear();
    this.secrets.clear();
    this.complete = false;
    if (this.cluster === undefined) return;
    const { metadata = {}, status } = this.cluster;
    this.cluster = { metadata, ...(status === undefined ? {} : { status }) };
    this.isShed = true;
  }

  /**
   * Drops a Secret that was changed or deleted since it was read.
   *
   * @returns whether it was: a list delivers all Secrets, most of them unchanged
   */
  dropSecret(metadata: ObjectMetadata & ObjectReference, phase: Phase): boolean {
    const version = this.secrets.get(metadata.name)?.version;
    if (phase === 'present' && version !== undefined && version === secretVersion(metadata)) return false;
    this.secrets.delete(metadata.name);
    return true;
  }

  /** Stores a newer state of the same NatsCluster. */
  storeCluster(cluster: NatsClusterObject): void {
    if (this.cluster === undefined || this.cluster.metadata?.uid === cluster.metadata?.uid) {
      this.cluster = newer(cluster, this.cluster);
      if (this.cluster === cluster) this.isShed = false;
    }
  }

  /** Stores a child from a watch or a read. */
  storeChild(child: Child): void {
    this.#store(this.children, childId(child), child);
  }

  /** Stores the response to an apply, with the fields stored differently. */
  storeAppliedChild(child: Child, stored: StoredFields): void {
    this.stored.set(childId(child), stored);
    if (!this.#isDeleted(childId(child), child)) this.storeChild(child);
  }

  /** Stores a pod from a watch or a read. */
  storePod(pod: V1Pod): void {
    this.#store(this.pods, idOf(pod), pod);
  }

  /**
   * Stores the response to a patch, with the fields stored differently.
   *
   * @param asked the paths of the patched fields; those of others stay
   */
  storePatchedPod(pod: V1Pod, asked: readonly string[] = [], stored: StoredFields = new Map()): void {
    const others = [...(this.stored.get(idOf(pod)) ?? [])].filter(([path]) => !asked.includes(path));
    const fields = new Map([...others, ...stored]);
    if (fields.size > 0) this.stored.set(idOf(pod), fields);
    else this.stored.delete(idOf(pod));
    if (!this.#isDeleted(idOf(pod), pod)) this.storePod(pod);
  }

  /** Records the state of the configuration Secret: a newer one than cached is read again. */
  recordConfig(metadata: ObjectMetadata): void {
    this.configVersion = Math.max(this.configVersion, revision({ metadata }));
  }

  /** Whether the cached Secret is the newest that the watch has reported. */
  holdsConfig(name: string): boolean {
    const held = this.children.get(childId({ kind: 'Secret', metadata: { name } }));
    return held === undefined ? this.configVersion === 0 : revision(held) >= this.configVersion;
  }

  /** A child missing from the watch may only have lost its label, so its name is read before it is used again. */
  removeChild(child: Child): void {
    this.#released.delete(childId(child));
    this.#bury(childId(child), child);
    if (this.#remove(this.children, childId(child), child)) this.complete = false;
  }

  /** The same for the configuration Secret, of which only metadata is watched. */
  removeConfig(metadata: ObjectMetadata & ObjectReference): void {
    this.configVersion = 0;
    this.#removeSecret(metadata);
  }

  #removeSecret({ uid = '', namespace, name, resourceVersion }: ObjectMetadata & ObjectReference): void {
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    this.removeChild({ apiVersion: 'v1', kind: 'Secret', metadata: { uid, namespace, name, ...version } });
  }

  /** Stores a claim from a watch, a read or the response to a patch. */
  storeClaim(claim: V1PersistentVolumeClaim): void {
    if (!this.#isDeleted(claimId(claim), claim)) this.#store(this.claims, claimId(claim), claim);
  }

  removeClaim(claim: V1PersistentVolumeClaim): void {
    this.#bury(claimId(claim), claim);
    this.#remove(this.claims, claimId(claim), claim);
  }

  /**
   * Notices that the Secret of the operator's own user is another than cached: then everything is read again.
   *
   * @returns whether it is
   */
  systemUserChanged(metadata: ObjectMetadata & ObjectReference, phase: Phase): boolean {
    const held = this.children.get(childId({ kind: 'Secret', metadata }));
    const isKnown =
      phase === 'present' ? held !== undefined && revision(held) >= revision({ metadata }) : held === undefined;
    if (isKnown) return false;
    if (phase === 'gone') this.#removeSecret(metadata);
    this.complete = false;
    return true;
  }

  /** Records what became of a request to the servers. */
  recordRequest(id: string, error: string | undefined): void {
    this.#requests.delete(id);
    this.#requests.set(id, { at: performance.now(), error });
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > MAX_REQUESTS && oldest !== undefined) this.#requests.delete(oldest);
  }

  /** The requests that were made lately. */
  requestOutcomes(): RequestOutcomes {
    const now = performance.now();
    const outcomes = [...this.#requests].map(([id, { at, error }]): [string, RequestOutcome] => [
      id,
      { age: now - at, error },
    ]);
    return new Map(outcomes.filter(([, { age }]) => age < REQUEST_LIFETIME_MS));
  }

  removePod(pod: V1Pod): void {
    this.#bury(idOf(pod), pod);
    this.stored.delete(idOf(pod));
    this.#remove(this.pods, idOf(pod), pod);
  }

  /**
   * Replaces the cached children and pods by a snapshot.
   *
   * @param events the value of `events` before the read: an event since may be newer than the snapshot, which then only adds to
   *   the cache and has to be repeated
   */
  replace(reading: Snapshot, events: number): void {
    const undisturbed = this.events === events;
    if (undisturbed) {
      this.#released.clear();
      this.children.clear();
      this.pods.clear();
      this.claims.clear();
    }
    for (const child of reading.children) this.storeChild(child);
    for (const pod of reading.pods) this.storePod(pod);
    for (const claim of reading.claims) this.storeClaim(claim);
    // An object of another owner with a child's name is not watched, so it is read each time.
    this.complete = undisturbed && reading.children.every(isWatched);
  }

  #store<T extends Versioned>(held: Map<string, T>, id: string, object: T): void {
    if (revision(object) < (this.#tombstones.get(id)?.revision ?? 0)) return;
    this.#tombstones.delete(id);
    held.set(id, newer(object, held.get(id)));
  }

  #remove<T extends Versioned>(held: Map<string, T>, id: string, object: T): boolean {
    return held.get(id)?.metadata?.uid === object.metadata?.uid && held.delete(id);
  }

  #bury(id: string, object: Versioned): void {
    this.#tombstones.delete(id);
    this.#tombstones.set(id, { uid: object.metadata?.uid, revision: revision(object) });
    const [oldest] = this.#tombstones.keys();
    if (this.#tombstones.size > MAX_TOMBSTONES && oldest !== undefined) this.#tombstones.delete(oldest);
  }

  #isDeleted(id: string, object: Versioned): boolean {
    const tombstone = this.#tombstones.get(id);
    return tombstone !== undefined && tombstone.uid === object.metadata?.uid;
  }
}

export function sizeOf(object: object | undefined): number {
  if (object === undefined) return 0;
  const text = JSON.stringify(object);
  return text.length + VALUE * countValues(text);
}

/** The overhead of a value in characters: a spec may consist of empty objects. */
const VALUE = 16;

const identityOf = ({ kind, metadata: { namespace, name, uid } }: Child): Identity => ({
  kind,
  metadata: { namespace, name, ...(uid === undefined ? {} : { uid }) },
});

const claimId = ({ metadata }: V1PersistentVolumeClaim): string =>
  childId({ kind: 'PersistentVolumeClaim', metadata: { name: metadata?.name ?? '' } });

const idOf = ({ metadata }: V1Pod): string => podId(metadata?.name);

/** The label selector of the watches. */
const WATCHED = selectorLabels('').app;

const isWatched = ({ metadata }: Child): boolean => metadata.labels?.app === WATCHED;

/** Whether objects of the kind are watched whatever their labels. */
const isShown = (child: Child): boolean => childKind(child.kind).watch === 'metadata' || isWatched(child);

/**
 * The newer of two states of an object. Resource versions are increasing numbers.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
function newer<T extends Versioned>(incoming: T, held: T | undefined): T {
  if (held === undefined) return incoming;
  return revision(incoming) >= revision(held) ? incoming : held;
}

export const revision = ({ metadata }: Versioned): number => Number(metadata?.resourceVersion ?? 0);
