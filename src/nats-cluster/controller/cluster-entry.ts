import type { V1Pod } from '@kubernetes/client-node';
import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import { childId } from '../child';
import { childKind, type Child } from '../children';
import { countValues } from '../../json/json-values';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { selectorLabels } from '../spec/labels';
import type { StoredFields } from '../observed';
import type { SecretContent } from '../../kubernetes/secret-content';
import type { SpecProblem } from '../validation/spec-problem';
import { podId } from '../apply/stripped-annotations';
import type { Observations } from '../rollout/observations';
import type { InformerTarget } from '../../runtime/informer-target';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';

export interface Review {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly problems: readonly SpecProblem[];
}

/** All children and pods of a cluster, read at one moment. */
export interface Snapshot {
  readonly children: readonly Child[];
  readonly pods: readonly V1Pod[];
}

interface Versioned {
  readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The kinds whose objects a watch shows. */
export type HeldKind = Child['kind'] | 'Pod' | 'NatsCluster';

/** Which child it is, without what it says. */
type Identity = Pick<Child, 'kind'> & { readonly metadata: Pick<Child['metadata'], 'namespace' | 'name' | 'uid'> };

/** An object that was deleted, or no longer matches what the watch selects. */
interface Tombstone {
  readonly uid: string | undefined;
  readonly revision: number;
}

/** More names of deleted pods than any cluster has servers: the oldest are of no use any more. */
const MAX_TOMBSTONES = 500;

/**
 * What the watches, our own reads and the answers to our own writes have shown of one NatsCluster, of one uid. Events and answers may come late and out of
 * order: what is older than what is held, or than the deletion of its object, is dropped.
 *
 * Where the cluster is deleted, `World` has no entry for it any more: answers that arrive afterwards have nothing to revive.
 */
export class ClusterEntry {
  cluster: NatsClusterObject | undefined;
  readonly children = new Map<string, Child>();
  /** By `podId`. */
  readonly pods = new Map<string, V1Pod>();
  /** What the API server made of our last apply of each child, by `childId`. */
  readonly stored = new Map<string, StoredFields>();
  /** Whether the children were read by name since the last doubt: a watch by label does not see everything under our names. */
  complete = false;
  /** The Secrets that the spec names, as they were last read; undefined stands for one that is not there. */
  readonly secrets = new Map<string, SecretContent | undefined>();
  /** The names of those Secrets, as `namespace/name`. */
  usedSecrets: ReadonlySet<string> = new Set();
  /** The newest resourceVersion of the configuration Secret from its metadata watch. */
  configVersion = 0;
  /** The states that its servers were seen in at the last look, and since when. */
  observations: Observations = new Map();
  /** The outcome of validating a generation of the spec. */
  review: Review | undefined;
  /** Whether servers had yet to prove what they run with, at the last turn. */
  unverified = false;
  /** The status that was written last, and what the API server made of it: it would do so again. */
  writtenStatus: { readonly sent: NatsClusterStatus; readonly stored: NatsClusterStatus | undefined } | undefined;
  /** What `World` counts of it. */
  bytes = 0;
  /** Whether the NatsCluster that is held lacks its spec. */
  isShed = false;
  /** How many events have come. */
  events = 0;
  readonly #tombstones = new Map<string, Tombstone>();
  /** The identities of evicted children: a deletion that the watch misses still has to be noticed. */
  #released = new Map<string, Identity>();

  constructor(cluster?: NatsClusterObject) {
    this.cluster = cluster;
  }

  /** What is held of a kind, of what its watch shows. */
  *held(kind: HeldKind): Iterable<InformerTarget> {
    if (kind === 'NatsCluster') {
      if (this.cluster !== undefined) yield this.cluster;
    } else if (kind === 'Pod') yield* this.pods.values();
    else {
      for (const child of this.#released.values()) if (child.kind === kind) yield child;
      for (const child of this.children.values()) if (child.kind === kind && isShown(child)) yield child;
    }
  }

  /** How many characters it has, of all that can be read again. */
  size(): number {
    const held = [this.cluster, ...this.children.values(), ...this.pods.values(), ...this.secrets.values()];
    return held.reduce((sum, object) => sum + sizeOf(object), 0);
  }

  /** Lets go of all that can be read again, as it has to be when it is needed. */
  shed(): void {
    for (const [id, child] of this.children) if (isShown(child)) this.#released.set(id, identityOf(child));
    this.children.clear();
    this.pods.clear();
    this.secrets.clear();
    this.complete = false;
    if (this.cluster === undefined) return;
    const { metadata = {}, status } = this.cluster;
    this.cluster = { metadata, ...(status === undefined ? {} : { status }) };
    this.isShed = true;
  }

  /** Takes a state of the same NatsCluster: another of its name has an entry of its own. */
  storeCluster(cluster: NatsClusterObject): void {
    if (this.cluster === undefined || this.cluster.metadata?.uid === cluster.metadata?.uid) {
      this.cluster = newer(cluster, this.cluster);
      if (this.cluster === cluster) this.isShed = false;
    }
  }

  /** Takes a child as a watch or a read shows it. */
  storeChild(child: Child): void {
    this.#store(this.children, childId(child), child);
  }

  /** Takes the answer to a write of ours, with what the API server made of it. */
  storeAppliedChild(child: Child, stored: StoredFields): void {
    this.stored.set(childId(child), stored);
    if (!this.#isDeleted(childId(child), child)) this.storeChild(child);
  }

  /** Takes a pod as a watch or a read shows it. */
  storePod(pod: V1Pod): void {
    this.#store(this.pods, idOf(pod), pod);
  }

  /**
   * Takes the answer to a patch of ours, with what the API server made of it.
   *
   * @param asked the paths of the fields that were patched; of others is known what was known before
   */
  storePatchedPod(pod: V1Pod, asked: readonly string[] = [], stored: StoredFields = new Map()): void {
    const others = [...(this.stored.get(idOf(pod)) ?? [])].filter(([path]) => !asked.includes(path));
    const fields = new Map([...others, ...stored]);
    if (fields.size > 0) this.stored.set(idOf(pod), fields);
    else this.stored.delete(idOf(pod));
    if (!this.#isDeleted(idOf(pod), pod)) this.storePod(pod);
  }

  /** Takes note of a state of the configuration's Secret: where it is newer than what is held, it is read again. */
  recordConfig(metadata: ObjectMetadata): void {
    this.configVersion = Math.max(this.configVersion, revision({ metadata }));
  }

  /** Whether the cached Secret is the newest that the watch has reported. */
  holdsConfig(name: string): boolean {
    const held = this.children.get(childId({ kind: 'Secret', metadata: { name } }));
    return held === undefined ? this.configVersion === 0 : revision(held) >= this.configVersion;
  }

  /** A child that is gone from the watch may only have lost its label, so its name is looked up before it is used again. */
  removeChild(child: Child): void {
    this.#released.delete(childId(child));
    this.#bury(childId(child), child);
    if (this.#remove(this.children, childId(child), child)) this.complete = false;
  }

  /** The same of the configuration's Secret, of which the watch shows the metadata alone. */
  removeConfig({ uid = '', namespace, name, resourceVersion }: ObjectMetadata & ObjectReference): void {
    this.configVersion = 0;
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    this.removeChild({ apiVersion: 'v1', kind: 'Secret', metadata: { uid, namespace, name, ...version } });
  }

  removePod(pod: V1Pod): void {
    this.#bury(idOf(pod), pod);
    this.stored.delete(idOf(pod));
    this.#remove(this.pods, idOf(pod), pod);
  }

  /**
   * Takes a reading of all children and pods in place of what is held.
   *
   * @param events what `events` was before the reading: an event that came meanwhile may be newer than it, and then
   *   the reading only adds to what is held, and has to be made again
   */
  replace(reading: Snapshot, events: number): void {
    const undisturbed = this.events === events;
    if (undisturbed) {
      this.#released.clear();
      this.children.clear();
      this.pods.clear();
    }
    for (const child of reading.children) this.storeChild(child);
    for (const pod of reading.pods) this.storePod(pod);
    // No watch tells what becomes of an object that somebody else has given one of our names, so it is read each time.
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

/** What a value takes beyond its text, counted as characters: those of a spec may be empty objects. */
const VALUE = 16;

const identityOf = ({ kind, metadata: { namespace, name, uid } }: Child): Identity => ({
  kind,
  metadata: { namespace, name, ...(uid === undefined ? {} : { uid }) },
});

const idOf = ({ metadata }: V1Pod): string => podId(metadata?.name);

/** What the watches select by. */
const WATCHED = selectorLabels('').app;

const isWatched = ({ metadata }: Child): boolean => metadata.labels?.app === WATCHED;

/** Of some kinds all are watched, whatever labels they have. */
const isShown = (child: Child): boolean => childKind(child.kind).watch === 'metadata' || isWatched(child);

/**
 * The newer of two states of an object. A resource version is a number that grows.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
function newer<T extends Versioned>(incoming: T, held: T | undefined): T {
  if (held === undefined) return incoming;
  return revision(incoming) >= revision(held) ? incoming : held;
}

export const revision = ({ metadata }: Versioned): number => Number(metadata?.resourceVersion ?? 0);
