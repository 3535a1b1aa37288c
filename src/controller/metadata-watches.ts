import type { KubeClient } from './kube-client';
import { MetadataWatch, type MetadataWatchOptions } from './metadata-watch';

/** Watches the metadata of a kind in several collections as if they were one: `onListed` waits for the last of them. */
export class MetadataWatches {
  readonly #watches: readonly MetadataWatch[];

  constructor(kube: KubeClient, paths: readonly string[], options: Omit<MetadataWatchOptions, 'path'>) {
    const unlisted = new Set(paths);
    this.#watches = paths.map(path => {
      const onListed = (): void => {
        unlisted.delete(path);
        if (unlisted.size === 0) options.onListed?.();
      };
      return new MetadataWatch(kube, { ...options, path, onListed });
    });
  }

  /** Watches until it is stopped. */
  run(): void {
    for (const watch of this.#watches) void watch.run();
  }

  stop(): void {
    for (const watch of this.#watches) watch.stop();
  }
}
