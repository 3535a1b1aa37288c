import type { Account } from '../../model/service-role';
import type { KubeClient } from '../kube-client';
import { MetadataWatches } from '../metadata-watches';
import { collectionPaths, type Scope } from '../scope';

export interface AccountIndexOptions {
  /** Told the name of a ServiceAccount that has come, gone or was made anew. */
  readonly onChange: (name: string) => void;
  readonly onError: (error: unknown) => void;
}

/** All ServiceAccounts by their names. It watches from the first question on: most clusters have no use for it. */
export class AccountIndex {
  readonly #watches: MetadataWatches;
  readonly #byName = new Map<string, Map<string, string>>();
  #started = false;
  #listed = false;

  constructor(kube: KubeClient, scope: Scope, { onChange, onError }: AccountIndexOptions) {
    this.#watches = new MetadataWatches(kube, collectionPaths(scope, '/api/v1', 'serviceaccounts'), {
      onChange: ({ namespace, name, uid, deletionTimestamp }, phase) => {
        const present = phase === 'present' && deletionTimestamp === undefined ? uid : undefined;
        if (this.#note(namespace, name, present) && this.#listed) onChange(name);
      },
      onListed: () => (this.#listed = true),
      onError,
    });
  }

  /** Whether all accounts are known. Where they are not, they are about to be. */
  isReady(): boolean {
    if (!this.#started) this.#watches.run();
    this.#started = true;
    return this.#listed;
  }

  /** The accounts of that name, in the order of their namespaces. */
  named(name: string): Account[] {
    const uids = [...(this.#byName.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return uids.map(([namespace, uid]) => ({ namespace, name, uid }));
  }

  stop(): void {
    this.#watches.stop();
  }

  /** @returns whether that is news */
  #note(namespace: string, name: string, uid: string | undefined): boolean {
    const uids = this.#byName.get(name) ?? new Map<string, string>();
    if (uids.get(namespace) === uid) return false;
    if (uid === undefined) uids.delete(namespace);
    else uids.set(namespace, uid);
    if (uids.size === 0) this.#byName.delete(name);
    else this.#byName.set(name, uids);
    return true;
  }
}
