import { CLUSTERS_ANNOTATION } from '../../nats-cluster/spec/labels';
import type { Account } from '../service-role';
import type { KubeClient } from '../../runtime/kube-client';
import { MetadataInformers, type ObjectMetadata, type ObjectReference } from '../../runtime/metadata-informer';
import type { Phase } from '../../runtime/informer';
import { projectAccount } from '../../nats-cluster/controller/projection';
import { collectionPaths, namespaceOf, type Scope } from '../../runtime/scope';

export interface AccountIndexOptions {
  /** Called with the name of a ServiceAccount that was created, deleted or recreated, or whose consent changed. */
  readonly onChange: (name: string) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The ServiceAccounts that have the names of roles, in all namespaces: of all others there may be any number. It watches from the first question on: most
 * clusters have no use for it.
 */
export class AccountIndex {
  readonly #kube: KubeClient;
  readonly #paths: readonly string[];
  readonly #watches: MetadataInformers;
  readonly #byName = new Map<string, Map<string, Known>>();
  readonly #onChange: (name: string) => void;
  /** The lists that are being read, by the name that they are of. */
  readonly #lists = new Map<string, Promise<void>>();
  /** The accounts that have gone while lists were read, which may still hold them. */
  readonly #gone = new Set<string | undefined>();
  #started = false;
  #listed = false;

  constructor(kube: KubeClient, scope: Scope, { onChange, onError }: AccountIndexOptions) {
    this.#kube = kube;
    this.#onChange = onChange;
    this.#paths = collectionPaths(scope, '/api/v1', 'serviceaccounts');
    this.#watches = new MetadataInformers(kube, this.#paths, {
      project: projectAccount,
      held: namespace => this.#held(namespace),
      onChange: (account, phase) => this.#change(account, phase),
      onListed: () => (this.#listed = true),
      onError,
    });
  }

  /** Whether the accounts of these names are known. Where they are not, they are about to be. */
  isReady(names: readonly string[]): boolean {
    // Until the watch has begun, what it lists needs no list beside it.
    if (!this.#started) for (const name of names) this.#byName.set(name, new Map());
    if (!this.#started) this.#watches.run();
    this.#started = true;
    return this.#listed;
  }

  /**
   * The accounts of that name, in the order of their namespaces.
   *
   * @throws ApiError where they are not known yet, and can't be read
   */
  async named(name: string): Promise<Account[]> {
    if (!this.#byName.has(name)) await this.#list(name);
    await this.#lists.get(name);
    const known = [...(this.#byName.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return known.map(([namespace, { uid, clusters }]) => ({ namespace, name, uid, clusters: clustersIn(clusters) }));
  }

  /** No role has that name any more. */
  forget(name: string): void {
    this.#byName.delete(name);
  }

  stop(): void {
    this.#watches.stop();
  }

  #change(account: ObjectMetadata & ObjectReference, phase: Phase): void {
    if (this.#note(account, phase) && this.#listed) this.#onChange(account.name);
  }

  /** From now on the watch tells of them; what has been there before is read. */
  async #list(name: string): Promise<void> {
    this.#byName.set(name, new Map());
    const list = this.#read(name).finally(() => {
      this.#lists.delete(name);
      if (this.#lists.size === 0) this.#gone.clear();
    });
    this.#lists.set(name, list);
    try {
      await list;
    } catch (error) {
      this.#byName.delete(name);
      throw error;
    }
  }

  async #read(name: string): Promise<void> {
    const query = { fieldSelector: `metadata.name=${name}` };
    const take = ({ metadata = {} }: { metadata?: ObjectMetadata }): ObjectMetadata => projectAccount(metadata);
    for (const path of this.#paths) {
      // Our rights have gone with the namespace, and its accounts too.
      if (namespaceOf(path) !== undefined && this.#kube.signs.rejectionOf(path) !== undefined) continue;
      for (const account of await this.#kube.listAll(path, { query, form: 'metadata', take }))
        if (!this.#gone.has(account.uid)) this.#note({ namespace: '', ...account, name }, 'present');
    }
  }

  #held(namespace: string | undefined): ObjectMetadata[] {
    return [...this.#byName].flatMap(([name, known]) =>
      [...known].flatMap(([home, { uid }]) =>
        namespace === undefined || home === namespace ? [{ namespace: home, name, uid }] : [],
      ),
    );
  }

  /** @returns whether that is news */
  #note({ namespace, name, ...account }: ObjectMetadata & ObjectReference, phase: Phase): boolean {
    const known = this.#byName.get(name);
    if (known === undefined) return false;
    if (phase === 'gone' && this.#lists.has(name)) this.#gone.add(account.uid);
    const { uid, annotations = {}, deletionTimestamp } = account;
    const held = known.get(namespace);
    const version = Number(account.resourceVersion ?? Infinity);
    // The watch and a list may show the same account, in either order.
    if (held !== undefined && held.version > version) return false;
    if (phase === 'gone' || deletionTimestamp !== undefined || uid === undefined) return known.delete(namespace);
    const clusters = annotations[CLUSTERS_ANNOTATION] ?? '';
    known.set(namespace, { uid, clusters, version });
    return held?.uid !== uid || held.clusters !== clusters;
  }
}

/** What is kept of an account: its identity, the text of its consent, and of which state that was. */
interface Known {
  readonly uid: string;
  readonly clusters: string;
  readonly version: number;
}

const clustersIn = (text: string): string[] => text.split(',').map(cluster => cluster.trim());
