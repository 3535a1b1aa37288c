import { CLUSTERS_ANNOTATION } from '../../nats-cluster/spec/labels';
import type { Account } from '../service-role';
import type { KubeClient } from '../../runtime/kube-client';
import { MetadataInformers, type ObjectMetadata, type ObjectReference } from '../../runtime/metadata-informer';
import type { Phase } from '../../runtime/informer';
import { projectAccount } from './projection';
import { collectionPaths, namespaceOf, type Scope } from '../../runtime/scope';

export interface AccountIndexOptions {
  /** Called with the name of a ServiceAccount that was created, deleted or recreated, or whose consent changed. */
  readonly onChange: (name: string) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The ServiceAccounts with the names of roles, in all namespaces; others are not cached. The watch starts at the first
 * query, because most clusters need none.
 */
export class AccountIndex {
  readonly #kube: KubeClient;
  readonly #paths: readonly string[];
  readonly #watches: MetadataInformers;
  readonly #byName = new Map<string, Map<string, Known>>();
  readonly #onChange: (name: string) => void;
  /** Lists in progress, by name of the accounts. */
  readonly #lists = new Map<string, Promise<void>>();
  /** Accounts deleted while lists were in progress, which may still contain them. */
  readonly #gone = new Set<string | undefined>();
  #started = false;
  #listed = false;

  constructor(kube: KubeClient, scope: Scope, { onChange, onError }: AccountIndexOptions) {
    this.#kube = kube;
    this.#onChange = onChange;
    this.#paths = collectionPaths(scope, '/api/v1', 'serviceaccounts');
    this.#watches = new MetadataInformers(kube, this.#paths, {
      project: projectAccount,
      cached: namespace => this.#cached(namespace),
      onChange: (account, phase) => this.#change(account, phase),
      onListed: () => (this.#listed = true),
      onError,
    });
  }

  /** Whether the accounts of these names are listed. Starts listing them if not. */
  isReady(names: readonly string[]): boolean {
    // Before the watch has synced, its own list is sufficient.
    if (!this.#started) for (const name of names) this.#byName.set(name, new Map());
    if (!this.#started) this.#watches.run();
    this.#started = true;
    return this.#listed;
  }

  /**
   * The accounts of that name, ordered by namespace.
   *
   * @throws ApiError if they are not listed yet and cannot be
   */
  async named(name: string): Promise<Account[]> {
    if (!this.#byName.has(name)) await this.#list(name);
    await this.#lists.get(name);
    const known = [...(this.#byName.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return known.map(([namespace, { uid, clusters }]) => ({ namespace, name, uid, clusters: clustersIn(clusters) }));
  }

  /** Forgets the accounts of a name that no role has any more. */
  forget(name: string): void {
    this.#byName.delete(name);
  }

  stop(): void {
    this.#watches.stop();
  }

  #change(account: ObjectMetadata & ObjectReference, phase: Phase): void {
    if (this.#note(account, phase) && this.#listed) this.#onChange(account.name);
  }

  /** Lists the accounts of a name; later changes come from the watch. The name may be forgotten, and listed again, meanwhile. */
  async #list(name: string): Promise<void> {
    const known = new Map<string, Known>();
    this.#byName.set(name, known);
    const list = this.#read(name).finally(() => {
      if (this.#lists.get(name) === list) this.#lists.delete(name);
      if (this.#lists.size === 0) this.#gone.clear();
    });
    this.#lists.set(name, list);
    try {
      await list;
    } catch (error) {
      if (this.#byName.get(name) === known) this.#byName.delete(name);
      throw error;
    }
  }

  async #read(name: string): Promise<void> {
    const query = { fieldSelector: `metadata.name=${name}` };
    const take = ({ metadata = {} }: { metadata?: ObjectMetadata }): ObjectMetadata => projectAccount(metadata);
    for (const path of this.#paths) {
      // The operator's Role was deleted with the namespace, and its accounts too.
      if (namespaceOf(path) !== undefined && this.#kube.signs.rejectionOf(path) !== undefined) continue;
      for (const account of await this.#kube.listAll(path, { query, form: 'metadata', take }))
        if (!this.#gone.has(account.uid)) this.#note({ namespace: '', ...account, name }, 'present');
    }
  }

  #cached(namespace: string | undefined): ObjectMetadata[] {
    return [...this.#byName].flatMap(([name, known]) =>
      [...known].flatMap(([home, { uid }]) =>
        namespace === undefined || home === namespace ? [{ namespace: home, name, uid }] : [],
      ),
    );
  }

  /** @returns whether it changed */
  #note({ namespace, name, ...account }: ObjectMetadata & ObjectReference, phase: Phase): boolean {
    const known = this.#byName.get(name);
    if (known === undefined) return false;
    if (phase === 'gone' && this.#lists.has(name)) this.#gone.add(account.uid);
    const { uid, annotations = {}, deletionTimestamp } = account;
    const held = known.get(namespace);
    const version = Number(account.resourceVersion ?? Infinity);
    // The watch and a list may deliver the same account, in either order.
    if (held !== undefined && held.version > version) return false;
    if (phase === 'gone' || deletionTimestamp !== undefined || uid === undefined) return known.delete(namespace);
    const clusters = annotations[CLUSTERS_ANNOTATION] ?? '';
    known.set(namespace, { uid, clusters, version });
    return held?.uid !== uid || held.clusters !== clusters;
  }
}

/** The cached fields of an account: its identity, its consent, and the resourceVersion of that. */
interface Known {
  readonly uid: string;
  readonly clusters: string;
  readonly version: number;
}

const clustersIn = (text: string): string[] => text.split(',').map(cluster => cluster.trim());
