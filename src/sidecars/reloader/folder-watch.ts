import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Debounce time in milliseconds: Kubernetes causes several events per update. */
const DEBOUNCE_MS = 25;
/** Poll interval in milliseconds, for missed events and directories created later. */
const POLL_INTERVAL_MS = 10_000;

/**
 * Reports that files may have changed, by watching their directories: Kubernetes updates a volume by replacing the
 * symbolic link `..data`, for which a watch of the file itself gets no event.
 */
export class FolderWatch {
  readonly #folders: ReadonlySet<string>;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #debounce: NodeJS.Timeout | undefined;
  #pollTimer: NodeJS.Timeout | undefined;

  constructor(files: readonly string[], onChange: () => void) {
    this.#folders = new Set(files.map(file => dirname(file)));
    this.#onChange = onChange;
  }

  start(): void {
    this.#watchAll();
    this.#pollTimer = setInterval(() => {
      this.#watchAll();
      this.#onChange();
    }, POLL_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#pollTimer);
    clearTimeout(this.#debounce);
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
  }

  /** Directories that are missing or were recreated are watched from the next poll on. */
  #watchAll(): void {
    for (const folder of this.#folders) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, event => this.#onEvent(folder, event));
        watcher.on('error', () => this.#unwatch(folder));
        this.#watchers.set(folder, watcher);
      } catch {
        continue;
      }
    }
  }

  #onEvent(folder: string, event: string): void {
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => {
      // The directory itself may have been replaced, which makes its watch stale.
      if (event === 'rename') this.#unwatch(folder);
      this.#watchAll();
      this.#onChange();
    }, DEBOUNCE_MS);
  }

  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}
