import { Informer, type Phase } from './informer';
import type { KubeClient } from './kube-client';
import { namespaceOf } from './scope';

export interface ObjectReference {
  readonly namespace: string;
  readonly name: string;
}

/** The owner of an object, for garbage collection. */
export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The metadata of an object, without its content, such as a Secret's data. */
export interface ObjectMetadata {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: Date | string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

interface PartialObject {
  readonly metadata?: ObjectMetadata;
}

export interface MetadataInformersOptions {
  /** Selectors: `labelSelector`, `fieldSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Reduces the metadata of an object to the fields to keep. */
  readonly project: (metadata: ObjectMetadata) => ObjectMetadata;
  /** The objects in the consumer's cache, of one namespace or of all. */
  readonly cached: (namespace: string | undefined) => Iterable<ObjectMetadata>;
  /**
   * Called for each added, changed or deleted object, and for all objects at the start. A deleted object may have only
   * its identity.
   */
  readonly onChange: (object: ObjectMetadata & ObjectReference, phase: Phase) => void;
  /** Called after each complete list of all collections. */
  readonly onListed?: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Watches the metadata of a kind in several collections, such as Secrets without keeping their content in memory.
 * `onListed` waits for the lists of all collections except the forbidden ones.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export class MetadataInformers {
  readonly #watches: readonly Informer<PartialObject>[];

  constructor(
    kube: KubeClient,
    paths: readonly string[],
    { project, cached, onChange, onListed, ...options }: MetadataInformersOptions,
  ) {
    const unlisted = new Set(paths);
    const markListed = (path: string): void => {
      unlisted.delete(path);
      if (unlisted.size === 0) onListed?.();
    };
    this.#watches = paths.map(
      path =>
        new Informer<PartialObject>(kube, {
          ...options,
          path,
          form: 'metadata',
          project: ({ metadata = {} }) => ({ metadata: project(metadata) }),
          cached: () => [...cached(namespaceOf(path))].map(metadata => ({ metadata })),
          onChange: ({ metadata }, phase) => onChange({ namespace: '', name: '', ...metadata }, phase),
          onListed: () => markListed(path),
          onRefused: () => markListed(path),
          // A deleted namespace may lose its Role before its last object, whose deletion is not reported then.
          goneWhenRefused: namespaceOf(path) !== undefined,
        }),
    );
  }

  /** Watches until it is stopped. */
  run(): void {
    for (const watch of this.#watches) void watch.run();
  }

  stop(): void {
    for (const watch of this.#watches) watch.stop();
  }
}
