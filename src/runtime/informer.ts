import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, classifyError } from './api-error';
import { safeErrorMessage } from './safe-error-message';
import type { ObjectForm, KubeClient } from './kube-client';
import { detached } from './request-signal';
import type { InformerTarget } from './informer-target';
import { WatchBackoff } from './watch-backoff';

interface WatchLine<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface InformerOptions<T extends InformerTarget> {
  /** The path of the collection: `/api/v1/secrets`, `/api/v1/namespaces/a/secrets`. */
  readonly path: string;
  /** Selectors: `labelSelector`, `fieldSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly form: ObjectForm;
  /**
   * Reduces an object to the fields that `onChange` needs; the rest, possibly a megabyte, is released after parsing.
   */
  readonly project: (object: T) => T;
  /**
   * The objects in the consumer's cache: those missing from a list were deleted in the meantime. The informer itself
   * keeps no objects, because most of them are not needed.
   */
  readonly cached: () => Iterable<T>;
  /**
   * Called for each added or changed object, for all objects of each list, and for each deleted object, which has only
   * its identity if a list revealed the deletion.
   */
  readonly onChange: (object: T, phase: Phase) => void;
  /** Called after each complete list. */
  readonly onListed?: () => void;
  /**
   * Called repeatedly while the API server keeps rejecting the watch, as in a namespace that was deleted with the
   * operator's Role. With `goneWhenRefused`, `onChange` has reported all objects as deleted before.
   */
  readonly onRefused?: () => void;
  readonly goneWhenRefused?: boolean;
  readonly onError: (error: unknown) => void;
  /**
   * Timeout of a watch in seconds, after which the API server ends it; bounds the detection of a dead connection.
   * Default: four minutes.
   */
  readonly seconds?: number;
}

const WATCH_SECONDS = 240;
const MILLISECONDS = 1_000;
/** Status code for an expired resourceVersion, which requires a new list and is not a failure. */
const EXPIRED = 410;
/** Maximum number of oversized objects that are reported. */
const MAX_REPORTED = 100;
/** Grace period in milliseconds for permissions that are removed and granted again, as when a Role is replaced. */
const REJECTION_GRACE_MS = 10_000;

/**
 * Lists and watches a collection. A watch that the API server ended resumes from the last resourceVersion; after a
 * failure, the collection is listed again.
 */
export class Informer<T extends InformerTarget> {
  readonly #kube: KubeClient;
  readonly #options: InformerOptions<T>;
  readonly #name: string;
  readonly #backoff: WatchBackoff;
  readonly #tooLarge = new Set<string>();
  #refusedSince: number | undefined;
  #stopped = false;

  constructor(kube: KubeClient, options: InformerOptions<T>) {
    this.#kube = kube;
    this.#options = options;
    this.#backoff = new WatchBackoff((options.seconds ?? WATCH_SECONDS) * MILLISECONDS);
    this.#name = [options.path, ...Object.values(options.query ?? {})].join(' ');
  }

  /** Watches until it is stopped; retries after a failure. Never rejects. */
  async run(): Promise<void> {
    // It outlives the work that started it.
    await detached(async () => this.#run());
  }

  async #run(): Promise<void> {
    this.#kube.signs.begin(this.#name);
    let from: string | undefined;
    while (!this.#stopped) {
      let startedAt: number | undefined;
      const lifetime = (): number => (startedAt === undefined ? 0 : performance.now() - startedAt);
      let wait: number;
      try {
        from ??= await this.#list();
        startedAt = performance.now();
        from = await this.#watch(from);
        wait = this.#backoff.ended(lifetime(), false);
        if (wait > 0) this.#reportError(new Error(`watch ended by the API server after ${Math.round(lifetime())} ms`));
      } catch (error) {
        from = undefined;
        wait = this.#backoff.ended(lifetime(), true);
        this.#reportError(error);
        this.#recordRejection(error);
        // A rejection, as after the deletion of a namespace with the operator's Role, is no reason to restart the
        // process.
        if (error instanceof ApiError && error.status < 500) this.#kube.signs.heartbeat(this.#name);
      }
      // Must not keep the process alive.
      if (wait > 0) await pause(wait, undefined, { ref: false });
    }
    this.#kube.signs.end(this.#name);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** A failing error handler must end neither the watch nor the process. */
  #reportError(error: unknown): void {
    try {
      this.#options.onError(error);
    } catch {
      // The error handler itself has failed.
    }
  }

  #recordRejection(error: unknown): void {
    if (classifyError(error).kind !== 'rejected') return;
    this.#refusedSince ??= Date.now();
    if (Date.now() - this.#refusedSince <= REJECTION_GRACE_MS) return;
    this.#kube.signs.refused(this.#name, safeErrorMessage(error));
    const { goneWhenRefused = false, onRefused } = this.#options;
    if (goneWhenRefused) for (const object of [...this.#options.cached()]) this.#change(object, 'gone');
    onRefused?.();
  }

  /**
   * Lists all objects and reports them, and those deleted since the last list. Returns the resourceVersion to watch
   * from.
   */
  async #list(): Promise<string> {
    const { path, query = {}, form, project, cached, onListed } = this.#options;
    // Objects cached from now on, as after a write, may be newer than the list.
    const gone = new Map([...cached()].map(object => [idOf(object), object]));
    let from = '';
    const onTooLarge = (object: InformerTarget | undefined): void => this.#skip(object);
    for await (const page of this.#kube.list<T, T>(path, { query, form, take: project, onTooLarge })) {
      this.#heartbeat();
      for (const object of page.items) {
        gone.delete(idOf(object));
        this.#change(object, 'present');
      }
      from = page.resourceVersion;
    }
    for (const object of gone.values()) this.#change(object, 'gone');
    this.#kube.signs.listed(this.#name);
    onListed?.();
    return from;
  }

  /**
   * Watches from a resourceVersion until the API server ends the watch.
   *
   * @returns the resourceVersion to resume from; undefined if it is expired and a new list is required
   * @throws ApiError for an ERROR event
   */
  async #watch(from: string): Promise<string | undefined> {
    const { path, query, form, project, seconds = WATCH_SECONDS } = this.#options;
    const parameters = { resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) };
    let last: string | undefined = from;
    for await (const received of this.#kube.watch(path, { ...query, ...parameters }, form, seconds * 1_250)) {
      if ('tooLarge' in received) {
        last = received.tooLarge?.metadata?.resourceVersion ?? last;
        this.#skip(received.tooLarge);
        continue;
      }
      const { type, object } = received.event as WatchLine<T>;
      if (type === 'ERROR') {
        const error = toError(object as ErrorStatus);
        if (error.status === EXPIRED) return undefined;
        throw error;
      }
      this.#heartbeat();
      last = object.metadata?.resourceVersion ?? last;
      if (type !== 'BOOKMARK') this.#change(project(object), type === 'DELETED' ? 'gone' : 'present');
    }
    this.#heartbeat();
    return last;
  }

  #heartbeat(): void {
    this.#refusedSince = undefined;
    this.#kube.signs.shown(this.#name);
    this.#kube.signs.heartbeat(this.#name);
  }

  /** An oversized object counts as missing, and is reported once. */
  #skip(object: InformerTarget | undefined): void {
    const name = object === undefined ? '' : idOf(object);
    if (object !== undefined) this.#change(object as T, 'gone');
    if (this.#tooLarge.has(name) || this.#tooLarge.size >= MAX_REPORTED) return;
    this.#tooLarge.add(name);
    this.#reportError(new Error(`skipped oversized object: ${name || 'unknown name'}`));
  }

  /** A failure for one object must not affect the others. */
  #change(object: T, phase: Phase): void {
    try {
      this.#options.onChange(object, phase);
    } catch (error) {
      this.#reportError(error);
    }
  }
}

/** The Status of an ERROR event. */
interface ErrorStatus {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

const toError = ({ code = 500, reason = '', message = 'watch ended with an error' }: ErrorStatus): ApiError =>
  new ApiError(code, message, reason, undefined);

const idOf = ({ metadata }: InformerTarget): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;

/** What happened to a watched object: it was added or changed (`present`), or deleted (`gone`). */
export type Phase = 'present' | 'gone';
