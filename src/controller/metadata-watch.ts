import type { KubeClient } from './kube-client';
import type { Phase } from './phase';

export interface ObjectReference {
  readonly namespace: string;
  readonly name: string;
}

/** What is read of an object: a Secret's content stays where it is. */
export interface ObjectMetadata {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface PartialObject {
  readonly metadata: ObjectMetadata;
}

interface PartialList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly PartialObject[];
}

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: PartialObject;
}

export interface MetadataWatchOptions {
  /** The collection: `/api/v1/secrets`. */
  readonly path: string;
  /** Told of each object that comes, changes or goes, all of them once at the start. Of one that is gone there may be nothing but its name. */
  readonly onChange: (object: ObjectMetadata & ObjectReference, phase: Phase) => void;
  /** Told each time when `onChange` has been told of all there are. */
  readonly onListed?: () => void;
  readonly onError: (error: unknown) => void;
}

const PAGE = '500';
/** Seconds after which the API server ends a watch, so that a dead connection is noticed at the latest then. */
const WATCH_SECONDS = 240;
const RETRY_MILLISECONDS = 1_000;

/**
 * Watches the metadata of a kind: the way to learn that one Secret among thousands has changed without holding the content
 * of any. Kubernetes' clients for Node can't ask for metadata alone.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export class MetadataWatch {
  readonly #kube: KubeClient;
  readonly #options: MetadataWatchOptions;
  readonly #versions = new Map<string, string>();
  #stopped = false;

  constructor(kube: KubeClient, options: MetadataWatchOptions) {
    this.#kube = kube;
    this.#options = options;
  }

  /** Watches until it is stopped; what fails is begun again. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#follow(await this.#list());
      } catch (error) {
        this.#options.onError(error);
        await new Promise(resolve => setTimeout(resolve, RETRY_MILLISECONDS));
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Reads all and tells of what is new, changed or gone since the last time. Returns where to watch from. */
  async #list(): Promise<string> {
    const gone = new Set(this.#versions.keys());
    let page: PartialList = {};
    do {
      const query = { limit: PAGE, ...(page.metadata?.continue ? { continue: page.metadata.continue } : {}) };
      page = ((await this.#kube.getMetadata(this.#options.path, query)) ?? {}) as PartialList;
      for (const object of page.items ?? []) {
        gone.delete(idOf(object));
        this.#note(object);
      }
    } while (page.metadata?.continue);
    for (const id of gone) this.#forget(id);
    this.#options.onListed?.();
    return page.metadata?.resourceVersion ?? '';
  }

  /** Watches from there until the API server ends it, again and again; returns when a new list is needed. */
  async #follow(from: string): Promise<void> {
    let resourceVersion: string | undefined = from;
    while (resourceVersion !== undefined && !this.#stopped) resourceVersion = await this.#watch(resourceVersion);
  }

  /** @returns the version to go on from, or undefined where that is too old */
  async #watch(from: string): Promise<string | undefined> {
    const query = { resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds: String(WATCH_SECONDS) };
    let last: string | undefined = from;
    for await (const line of this.#kube.watchMetadata(this.#options.path, query, WATCH_SECONDS * 1_250)) {
      const { type, object } = line as WatchLine;
      if (type === 'ERROR') return undefined;
      last = object.metadata.resourceVersion ?? last;
      if (type === 'DELETED') this.#forget(idOf(object), object.metadata);
      else if (type !== 'BOOKMARK') this.#note(object);
    }
    return last;
  }

  #note(object: PartialObject): void {
    const id = idOf(object);
    const version = object.metadata.resourceVersion ?? '';
    if (this.#versions.get(id) === version) return;
    this.#versions.set(id, version);
    this.#options.onChange({ ...object.metadata, ...referenceOf(id) }, 'present');
  }

  #forget(id: string, metadata: ObjectMetadata = {}): void {
    this.#versions.delete(id);
    this.#options.onChange({ ...metadata, ...referenceOf(id) }, 'gone');
  }
}

const idOf = ({ metadata }: PartialObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

function referenceOf(id: string): ObjectReference {
  const [namespace = '', name = ''] = id.split('/');
  return { namespace, name };
}
