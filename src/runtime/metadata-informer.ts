import { Informer, type Phase } from './informer';
import type { KubeClient } from './kube-client';
import { namespaceOf } from './scope';

export interface ObjectReference {
  readonly namespace: string;
  readonly name: string;
}

/** Who owns an object, so that it goes with that. */
export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What is read of an object: a Secret's content stays where it is. */
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
  /** Which objects of each collection: `labelSelector`, `fieldSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  /** What is kept of the metadata of each object. */
  readonly project: (metadata: ObjectMetadata) => ObjectMetadata;
  /** The objects of that namespace, or of all, that whoever is told holds. */
  readonly held: (namespace: string | undefined) => Iterable<ObjectMetadata>;
  /** Told of each object that comes, changes or goes, all of them at the start. Of one that is gone there may be nothing but its identity. */
  readonly onChange: (object: ObjectMetadata & ObjectReference, phase: Phase) => void;
  /** Told each time when `onChange` has been told of all there are. */
  readonly onListed?: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Watches the metadata of a kind in several collections as if they were one: the way to learn that one Secret among thousands has changed
 * without holding the content of any. `onListed` waits for the last of the collections, but not for those that are not ours to see.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export class MetadataInformers {
  readonly #watches: readonly Informer<PartialObject>[];

  constructor(
    kube: KubeClient,
    paths: readonly string[],
    { project, held, onChange, onListed, ...options }: MetadataInformersOptions,
  ) {
    const unlisted = new Set(paths);
    const noteListed = (path: string): void => {
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
          held: () => [...held(namespaceOf(path))].map(metadata => ({ metadata })),
          onChange: ({ metadata }, phase) => onChange({ namespace: '', name: '', ...metadata }, phase),
          onListed: () => noteListed(path),
          onRefused: () => noteListed(path),
          // Rights go with a namespace, maybe before the last object in it, whose end nobody is told then.
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
