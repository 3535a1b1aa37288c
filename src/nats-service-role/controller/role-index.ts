import { API_VERSION } from '../../nats-cluster/kind';
import { clusterOfRole, type NatsServiceRoleObject } from '../service-role';
import { objectKey, type ObjectKey } from '../../runtime/object-key';
import type { KubeClient } from '../../runtime/kube-client';
import { projectRole } from './projection';
import { collectionPaths, type Scope } from '../../runtime/scope';

/**
 * The NatsServiceRoles of a watch. The watch does not announce when it has synced, and a role taken for deleted would lock
 * out its accounts; so all roles are listed once, each namespace of a limited scope by itself, so that a failure in one
 * does not affect others.
 */
export class RoleIndex {
  readonly #kube: KubeClient;
  readonly #scope: Scope;
  readonly #roles = new Map<string, NatsServiceRoleObject>();
  /** Started and completed lists, by path. */
  readonly #lists = new Map<string, Promise<void>>();
  #listing = 0;
  /** Roles deleted while lists were in progress, which may still contain them. */
  readonly #gone = new Set<string | undefined>();

  constructor(kube: KubeClient, scope: Scope) {
    this.#kube = kube;
    this.#scope = scope;
  }

  /** Waits until all roles of the namespace are listed. */
  async ready(namespace: string): Promise<void> {
    const path = this.#pathOf(namespace);
    const list = this.#lists.get(path) ?? this.#list(path);
    this.#lists.set(path, list);
    await list;
  }

  /** Why the API server rejects reading the roles of the namespace, so that the cached ones may be outdated. */
  rejection(namespace: string): string | undefined {
    return this.#kube.signs.rejectionOf(this.#pathOf(namespace));
  }

  #pathOf(namespace: string): string {
    const [path = ''] = collectionPaths(this.#scope && [namespace], `/apis/${API_VERSION}`, 'natsserviceroles');
    return path;
  }

  /** The roles of a cluster, ordered by name. */
  of(key: ObjectKey): NatsServiceRoleObject[] {
    const roles = [...this.#roles.values()].filter(role => keyOfRole(role) === key);
    return roles.sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  }

  has(namespace: string, name: string): boolean {
    return this.#roles.has(`${namespace}/${name}`);
  }

  /** The roles of a namespace, or of all. */
  *cached(namespace: string | undefined): Iterable<NatsServiceRoleObject> {
    for (const role of this.#roles.values())
      if (namespace === undefined || role.metadata?.namespace === namespace) yield role;
  }

  /** The names of all roles. */
  names(): string[] {
    return [...this.#roles.values()].map(({ metadata }) => metadata?.name ?? '');
  }

  /** The cluster name of the role with that uid, possibly empty; undefined if the role does not exist or is terminating. */
  clusterOf(namespace: string, name: string, uid: string): string | undefined {
    const role = this.#roles.get(`${namespace}/${name}`);
    const isThere = role?.metadata?.uid === uid && role.metadata.deletionTimestamp === undefined;
    return isThere ? clusterOfRole(role) : undefined;
  }

  /** The clusters that have a role of that name. */
  clustersOf(name: string): ObjectKey[] {
    return [...this.#roles.values()].filter(({ metadata }) => metadata?.name === name).map(keyOfRole);
  }

  /** Stores a role from the watch. @returns the affected clusters: its present and its former one */
  store(role: NatsServiceRoleObject): ObjectKey[] {
    const held = this.#roles.get(idOf(role));
    if (revision(held) > revision(role)) return [];
    this.#roles.set(idOf(role), role);
    return held === undefined ? [keyOfRole(role)] : [keyOfRole(held), keyOfRole(role)];
  }

  /** Stores the response to a write; a role deleted meanwhile is not revived. */
  update(role: NatsServiceRoleObject): void {
    if (this.#roles.get(idOf(role))?.metadata?.uid === role.metadata?.uid) this.store(role);
  }

  remove(role: NatsServiceRoleObject): ObjectKey[] {
    if (this.#listing > 0) this.#gone.add(role.metadata?.uid);
    const held = this.#roles.get(idOf(role));
    if (held?.metadata?.uid !== role.metadata?.uid) return [keyOfRole(role)];
    this.#roles.delete(idOf(role));
    return [keyOfRole(held ?? role)];
  }

  async #list(path: string): Promise<void> {
    this.#listing += 1;
    try {
      const roles = await this.#kube.listAll(path, { take: projectRole });
      for (const role of roles) if (!this.#gone.has(role.metadata?.uid)) this.store(role);
    } catch (error) {
      this.#lists.delete(path);
      throw error;
    } finally {
      this.#listing -= 1;
      if (this.#listing === 0) this.#gone.clear();
    }
  }
}

const idOf = ({ metadata }: NatsServiceRoleObject): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;

/** A role without a cluster is reconciled too, so that its status says so. */
const keyOfRole = (role: NatsServiceRoleObject): ObjectKey => objectKey(role.metadata?.namespace, clusterOfRole(role));

/** Resource versions are increasing numbers. */
const revision = (role: NatsServiceRoleObject | undefined): number => Number(role?.metadata?.resourceVersion ?? 0);
