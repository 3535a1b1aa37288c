import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Milliseconds without an event after which a burst of them counts as over: Kubernetes makes several for one update. */
const SETTLE = 25;
/** Milliseconds between two looks without any event, in case that one was lost or a folder came late. */
const SAFETY_NET = 10_000;

/**
 * Tells when files may have changed, by watching their folders: Kubernetes updates a volume by turning the symbolic link
 * `..data` to another folder, of which a watch of the file itself would hear nothing.
 */
export class FolderWatch {
  readonly #folders: ReadonlySet<string>;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #settled: NodeJS.Timeout | undefined;
  #safetyNet: NodeJS.Timeout | undefined;

  constructor(files: readonly string[], onChange: () => void) {
    this.#folders = new Set(files.map(file => dirname(file)));
    this.#onChange = onChange;
  }

  start(): void {
    this.#watchAll();
    this.#safetyNet = setInterval(() => {
      this.#watchAll();
      this.#onChange();
    }, SAFETY_NET);
  }

  stop(): void {
    clearInterval(this.#safetyNet);
    clearTimeout(this.#settled);
    for (const folder of [...this.#watchers.keys()]) this.#forget(folder);
  }

  /** Folders that are not there yet, or were made anew, are watched from the next look on. */
  #watchAll(): void {
    for (const folder of this.#folders) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, event => this.#heard(folder, event));
        watcher.on('error', () => this.#forget(folder));
        this.#watchers.set(folder, watcher);
      } catch {
        continue;
      }
    }
  }

  #heard(folder: string, event: string): void {
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => {
      // The folder itself may have been replaced: then the old watch is of one that nobody sees any more.
      if (event === 'rename') this.#forget(folder);
      this.#watchAll();
      this.#onChange();
    }, SETTLE);
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}
