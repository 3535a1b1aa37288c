import { clusterOfRole, type NatsServiceRoleObject } from '../service-role';
import { objectKey, type ObjectKey } from '../../runtime/object-key';
import type { KubeClient } from '../../runtime/kube-client';
import { projectRole } from '../../nats-cluster/controller/projection';
import { collectionPaths, type Scope } from '../../runtime/scope';

/**
 * All NatsServiceRoles, as a watch shows them. The watch does not say when it has shown all there are, and to take a role for gone
 * would lock its accounts out: so all are listed once, namespace by namespace where some alone are looked after, for what is wrong in one is
 * nothing to the others.
 */
export class RoleIndex {
  readonly #kube: KubeClient;
  readonly #scope: Scope;
  readonly #roles = new Map<string, NatsServiceRoleObject>();
  /** The lists that are being read or were, by their paths. */
  readonly #lists = new Map<string, Promise<void>>();
  #listing = 0;
  /** The roles that have gone while lists were read, which may still hold them. */
  readonly #gone = new Set<string | undefined>();

  constructor(kube: KubeClient, scope: Scope) {
    this.#kube = kube;
    this.#scope = scope;
  }

  /** Waits until all roles of that namespace are known. */
  async ready(namespace: string): Promise<void> {
    const path = this.#pathOf(namespace);
    const list = this.#lists.get(path) ?? this.#list(path);
    this.#lists.set(path, list);
    await list;
  }

  /** Why the API server does not show the roles of that namespace any more, so that those that are known may be outdated. */
  rejection(namespace: string): string | undefined {
    return this.#kube.signs.rejectionOf(this.#pathOf(namespace));
  }

  #pathOf(namespace: string): string {
    const [path = ''] = collectionPaths(this.#scope && [namespace], '/apis/nats.io/v1alpha2', 'natsserviceroles');
    return path;
  }

  /** The roles of a cluster, in the order of their names. */
  of(key: ObjectKey): NatsServiceRoleObject[] {
    const roles = [...this.#roles.values()].filter(role => keyOfRole(role) === key);
    return roles.sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  }

  has(namespace: string, name: string): boolean {
    return this.#roles.has(`${namespace}/${name}`);
  }

  /** The roles of a namespace, or of all. */
  *held(namespace: string | undefined): Iterable<NatsServiceRoleObject> {
    for (const role of this.#roles.values())
      if (namespace === undefined || role.metadata?.namespace === namespace) yield role;
  }

  /** The names of all roles. */
  names(): string[] {
    return [...this.#roles.values()].map(({ metadata }) => metadata?.name ?? '');
  }

  /** The name of the cluster that a role of exactly that uid names, which may be empty; undefined where there is no such role, or it is being deleted. */
  clusterOf(namespace: string, name: string, uid: string): string | undefined {
    const role = this.#roles.get(`${namespace}/${name}`);
    const isThere = role?.metadata?.uid === uid && role.metadata.deletionTimestamp === undefined;
    return isThere ? clusterOfRole(role) : undefined;
  }

  /** The clusters that have a role of that name. */
  clustersOf(name: string): ObjectKey[] {
    return [...this.#roles.values()].filter(({ metadata }) => metadata?.name === name).map(keyOfRole);
  }

  /** Takes what a watch shows. @returns the clusters that it concerns: the one that the role serves, and the one that it served */
  store(role: NatsServiceRoleObject): ObjectKey[] {
    const held = this.#roles.get(idOf(role));
    if (revision(held) > revision(role)) return [];
    this.#roles.set(idOf(role), role);
    return held === undefined ? [keyOfRole(role)] : [keyOfRole(held), keyOfRole(role)];
  }

  /** Takes the answer to a write of our own; a role that has gone meanwhile stays gone. */
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

/** A resource version is a number that grows. */
const revision = (role: NatsServiceRoleObject | undefined): number => Number(role?.metadata?.resourceVersion ?? 0);
