import type { V1Pod } from '@kubernetes/client-node';
import { childId, type Child } from '../model/child';
import type { NatsClusterObject } from '../model/cluster-model';
import { selectorLabels } from '../model/labels';
import type { StoredFields } from '../model/observed';
import type { Problem } from '../model/problem';
import type { SecretContent } from '../model/secret-content';
import type { Sightings } from '../plan/sightings';
import type { ObjectMetadata, ObjectReference } from './metadata-watches';

/** What the watches and our own reads have shown of one cluster. */
export interface Surroundings {
  cluster: NatsClusterObject | undefined;
  readonly children: Map<string, Child>;
  readonly pods: Map<string, V1Pod>;
  /** What the API server made of our last apply of each child, by `childId`. */
  readonly stored: Map<string, StoredFields>;
  /** Whether the children were read by name since the last doubt: a watch by label does not see everything under our names. */
  complete: boolean;
  /** The Secrets that the spec names, as they were last read; undefined stands for one that is not there. */
  readonly secrets: Map<string, SecretContent | undefined>;
  /** The names of those Secrets, as `namespace/name`. */
  usedSecrets: ReadonlySet<string>;
  /** The newest state of the configuration's Secret that its watch, which shows no content, has told of. */
  configVersion: number;
  /** The states that its servers were seen in at the last look, and since when. */
  sightings: Sightings;
  /** The outcome of validating a generation of the spec. */
  review: Review | undefined;
  /** Whether servers had yet to prove what they run with, at the last turn. */
  unproven: boolean;
  /** How many events have come. */
  events: number;
}

export interface Review {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly problems: readonly Problem[];
}

interface Versioned {
  readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string };
}

/**
 * The state of all clusters, as far as it is known. Events may come late and out of order, after our own reads and writes:
 * what is older than what is held is dropped.
 */
export class World {
  readonly #clusters = new Map<string, Surroundings>();
  readonly #secretUsers = new Map<string, Set<string>>();

  at(key: string): Surroundings {
    const known = this.#clusters.get(key);
    if (known !== undefined) return known;
    const fresh: Surroundings = {
      cluster: undefined,
      children: new Map(),
      pods: new Map(),
      stored: new Map(),
      secrets: new Map(),
      usedSecrets: new Set(),
      complete: false,
      configVersion: 0,
      sightings: new Map(),
      review: undefined,
      unproven: false,
      events: 0,
    };
    this.#clusters.set(key, fresh);
    return fresh;
  }

  /** Whether there is such a cluster. What comes before it, or after, it has no use for: it reads everything when it begins. */
  knows(key: string): boolean {
    return this.#clusters.get(key)?.cluster !== undefined;
  }

  /** The clusters that there are. */
  keys(): string[] {
    return [...this.#clusters.keys()].filter(key => this.knows(key));
  }

  /** How many clusters there are in each phase; those that have none yet are `Pending`. */
  phases(): ReadonlyMap<string, number> {
    const phases = new Map<string, number>();
    for (const { cluster } of this.#clusters.values()) {
      if (cluster === undefined) continue;
      const phase = cluster.status?.phase ?? 'Pending';
      phases.set(phase, (phases.get(phase) ?? 0) + 1);
    }
    return phases;
  }

  forget(key: string): void {
    this.setUsedSecrets(key, new Set());
    this.#clusters.delete(key);
  }

  /** Records which Secrets a cluster reads, named `namespace/name`; what was read of others is dropped. */
  setUsedSecrets(key: string, used: ReadonlySet<string>): void {
    const surroundings = this.#clusters.get(key);
    if (surroundings === undefined) return;
    for (const secret of surroundings.usedSecrets) if (!used.has(secret)) this.#dropSecretUser(key, secret);
    for (const secret of used) this.#secretUsers.set(secret, (this.#secretUsers.get(secret) ?? new Set()).add(key));
    surroundings.usedSecrets = used;
    const names = new Set([...used].map(secret => secret.slice(secret.indexOf('/') + 1)));
    for (const name of surroundings.secrets.keys()) if (!names.has(name)) surroundings.secrets.delete(name);
  }

  /** The clusters that read a Secret, named `namespace/name`. */
  secretUsers(secret: string): ReadonlySet<string> {
    return this.#secretUsers.get(secret) ?? new Set();
  }

  storeCluster(key: string, cluster: NatsClusterObject): void {
    const surroundings = this.at(key);
    surroundings.cluster = newer(cluster, surroundings.cluster);
  }

  storeChild(key: string, child: Child): void {
    const { children } = this.at(key);
    children.set(childId(child), newer(child, children.get(childId(child))));
  }

  storePod(key: string, pod: V1Pod): void {
    const { pods } = this.at(key);
    const name = pod.metadata?.name ?? '';
    pods.set(name, newer(pod, pods.get(name)));
  }

  /** Takes note of a state of the configuration's Secret: where it is newer than what is held, it is read again. */
  noteConfig(key: string, metadata: ObjectMetadata): void {
    const surroundings = this.at(key);
    surroundings.configVersion = Math.max(surroundings.configVersion, revision({ metadata }));
  }

  /** Whether the Secret is held as the watch has told of it last; where none is held there is none. */
  holdsConfig(key: string, name: string): boolean {
    const { children, configVersion } = this.at(key);
    const held = children.get(childId({ kind: 'Secret', metadata: { name } }));
    return held === undefined ? configVersion === 0 : revision(held) >= configVersion;
  }

  /** A child that is gone from the watch may only have lost its label, so its name is looked up before it is used again. */
  removeChild(key: string, child: Child): void {
    const surroundings = this.at(key);
    if (surroundings.children.get(childId(child))?.metadata.uid !== child.metadata.uid) return;
    surroundings.children.delete(childId(child));
    surroundings.complete = false;
  }

  /** The same of the configuration's Secret, of which the watch shows the metadata alone. */
  removeConfig(key: string, { uid = '', namespace, name }: ObjectMetadata & ObjectReference): void {
    this.at(key).configVersion = 0;
    this.removeChild(key, { apiVersion: 'v1', kind: 'Secret', metadata: { uid, namespace, name } });
  }

  removePod(key: string, pod: V1Pod): void {
    const { pods } = this.at(key);
    const name = pod.metadata?.name ?? '';
    if (pods.get(name)?.metadata?.uid === pod.metadata?.uid) pods.delete(name);
  }

  #dropSecretUser(key: string, secret: string): void {
    const users = this.#secretUsers.get(secret);
    users?.delete(key);
    if (users?.size === 0) this.#secretUsers.delete(secret);
  }

  /**
   * Takes a reading of all children and pods in place of what is held.
   *
   * @param events what `at(key).events` was before the reading: an event that came meanwhile may be newer than it, and then
   *   the reading only adds to what is held, and has to be made again
   */
  replace(key: string, reading: Reading, events: number): void {
    const surroundings = this.at(key);
    const undisturbed = surroundings.events === events;
    if (undisturbed) {
      surroundings.children.clear();
      surroundings.pods.clear();
    }
    for (const child of reading.children) this.storeChild(key, child);
    for (const pod of reading.pods) this.storePod(key, pod);
    // No watch tells what becomes of an object that somebody else has given one of our names, so it is read each time.
    surroundings.complete = undisturbed && reading.children.every(isWatched);
  }
}

/** What the watches select by. */
const WATCHED = selectorLabels('').app;

const isWatched = ({ metadata }: Child): boolean => metadata.labels?.app === WATCHED;

/** All children and pods of a cluster, read at one moment. */
export interface Reading {
  readonly children: readonly Child[];
  readonly pods: readonly V1Pod[];
}

/**
 * The newer of two states of an object. A resource version is a number that grows.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
function newer<T extends object>(incoming: T, held: (T & Versioned) | undefined): T {
  if (held === undefined) return incoming;
  return revision(incoming) >= revision(held) ? incoming : held;
}

const revision = ({ metadata }: Versioned): number => Number(metadata?.resourceVersion ?? 0);
