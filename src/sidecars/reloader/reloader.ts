import type { ReloaderOptions } from './arguments';
import { changedFiles, newerThan, readContent, type Content } from './content';
import { FolderWatch } from './folder-watch';
import { log } from './json-log';
import { signalServer } from './server-process';

/** Signals the server once for each change of what the files hold, and goes on trying until the signal has reached it. */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #onGivingUp: () => void;
  readonly #watch: FolderWatch;
  /** What the server has read, at its start or at our last signal. */
  #known: Content = new Map();
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ReloaderOptions, onGivingUp: () => void) {
    this.#options = options;
    this.#onGivingUp = onGivingUp;
    this.#watch = new FolderWatch(options.files, () => this.#poll());
  }

  /** A file that is newer than the server's own start was changed while nobody watched. */
  start(): void {
    const { pidFile, files, signal } = this.#options;
    this.#watch.start();
    const content = readContent(files);
    const missed = newerThan(pidFile, files);
    this.#known = new Map([...content].filter(([file]) => !missed.includes(file)));
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
    const changed = changedFiles(this.#known, content);
    if (changed.length === 0) return;
    clearTimeout(this.#retry);
    const delivery = signalServer(pidFile, signal);
    if (!delivery.delivered) {
      this.#tryLater(delivery.why);
      return;
    }
    this.#failures = 0;
    this.#known = new Map([...this.#known, ...[...content].filter(([, bytes]) => bytes !== undefined)]);
    log('info', 'told the server to reload', { changed, signal, pid: delivery.pid });
  }

  #tryLater(why: string): void {
    this.#failures += 1;
    if (this.#failures > this.#options.maxRetries) {
      log('error', 'gave up: the server could not be told to reload', { why, tries: this.#failures });
      this.#onGivingUp();
      return;
    }
    if (this.#failures === 1) log('warn', 'the server could not be told to reload; trying again', { why });
    this.#retry = setTimeout(() => this.#poll(), this.#options.retryWait);
  }
}
