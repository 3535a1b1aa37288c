import type { ReloaderOptions } from './arguments';
import { changedFiles, newerThan, readContent, type Content } from './content';
import { FolderWatch } from './folder-watch';
import { log } from './json-log';
import { signalServer } from './server-process';

/** Signals nats-server once for each change of the watched files, and retries until the signal is delivered. */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #onFailure: () => void;
  readonly #watch: FolderWatch;
  /** The content that the server has loaded, at its start or at the last signal. */
  #loaded: Content = new Map();
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ReloaderOptions, onFailure: () => void) {
    this.#options = options;
    this.#onFailure = onFailure;
    this.#watch = new FolderWatch(options.files, () => this.#poll());
  }

  /** A file newer than the server's start was changed before the reloader watched it. */
  start(): void {
    const { pidFile, files, signal } = this.#options;
    this.#watch.start();
    const content = readContent(files);
    const missed = newerThan(pidFile, files);
    this.#loaded = new Map([...content].filter(([file]) => !missed.includes(file)));
    const missing = files.filter(file => content.get(file) === undefined);
    log('info', 'watching', { pidFile, files, signal, ...(missing.length > 0 ? { missing } : {}) });
    this.#poll();
  }

  stop(): void {
    this.#watch.stop();
    clearTimeout(this.#retry);
  }

  #poll(): void {
    const { pidFile, files, signal } = this.#options;
    const content = readContent(files);
    const changed = changedFiles(this.#loaded, content);
    if (changed.length === 0) return;
    clearTimeout(this.#retry);
    const delivery = signalServer(pidFile, signal);
    if (!delivery.delivered) {
      this.#tryLater(delivery.why);
      return;
    }
    this.#failures = 0;
    this.#loaded = new Map([...this.#loaded, ...[...content].filter(([, bytes]) => bytes !== undefined)]);
    log('info', `sent ${signal} to nats-server`, { changed, signal, pid: delivery.pid });
  }

  #tryLater(why: string): void {
    this.#failures += 1;
    if (this.#failures > this.#options.maxRetries) {
      log('error', 'failed to signal nats-server, giving up', { why, tries: this.#failures });
      this.#onFailure();
      return;
    }
    if (this.#failures === 1) log('warn', 'failed to signal nats-server, will retry', { why });
    this.#retry = setTimeout(() => this.#poll(), this.#options.retryWait);
  }
}
