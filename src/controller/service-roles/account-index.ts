import { isDeepStrictEqual } from 'node:util';
import { CLUSTERS_ANNOTATION } from '../../model/labels';
import type { Account } from '../../model/service-role';
import type { KubeClient } from '../kube-client';
import { MetadataWatches } from '../metadata-watches';
import { collectionPaths, type Scope } from '../scope';

export interface AccountIndexOptions {
  /** Told the name of a ServiceAccount that has come, gone, was made anew, or agrees to something else. */
  readonly onChange: (name: string) => void;
  readonly onError: (error: unknown) => void;
}

/** All ServiceAccounts by their names. It watches from the first question on: most clusters have no use for it. */
export class AccountIndex {
  readonly #watches: MetadataWatches;
  readonly #byName = new Map<string, Map<string, Known>>();
  #started = false;
  #listed = false;

  constructor(kube: KubeClient, scope: Scope, { onChange, onError }: AccountIndexOptions) {
    this.#watches = new MetadataWatches(kube, collectionPaths(scope, '/api/v1', 'serviceaccounts'), {
      onChange: ({ namespace, name, uid, annotations = {}, deletionTimestamp }, phase) => {
        const isPresent = phase === 'present' && deletionTimestamp === undefined && uid !== undefined;
        const clusters = (annotations[CLUSTERS_ANNOTATION] ?? '').slice(0, MAX_CONSENT);
        const present = isPresent ? { uid, clusters } : undefined;
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
    const known = [...(this.#byName.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return known.map(([namespace, { uid, clusters }]) => ({ namespace, name, uid, clusters: clustersIn(clusters) }));
  }

  stop(): void {
    this.#watches.stop();
  }

  /** @returns whether that is news */
  #note(namespace: string, name: string, present: Known | undefined): boolean {
    const known = this.#byName.get(name) ?? new Map<string, Known>();
    if (isDeepStrictEqual(known.get(namespace), present)) return false;
    if (present === undefined) known.delete(namespace);
    else known.set(namespace, present);
    if (known.size === 0) this.#byName.delete(name);
    else this.#byName.set(name, known);
    return true;
  }
}

/** What is kept of an account: its identity, and the text of its consent. */
interface Known {
  readonly uid: string;
  readonly clusters: string;
}

/** Characters of an annotation that are read. */
const MAX_CONSENT = 4096;

const clustersIn = (text: string): string[] => text.split(',').map(cluster => cluster.trim());
