import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, judge } from './api-error';
import type { ObjectForm, KubeClient } from './kube-client';
import type { Phase } from './phase';

/** What every object has that is watched. */
export interface Watched {
  readonly metadata?: {
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

interface List<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[];
}

interface WatchLine<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface CollectionWatchOptions<T extends Watched> {
  /** The collection: `/api/v1/secrets`, `/api/v1/namespaces/a/secrets`. */
  readonly path: string;
  /** Which of its objects: `labelSelector`, `fieldSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly form: ObjectForm;
  /** What is held of each object, and told when it has gone while nobody looked. */
  readonly hold: (object: T) => T;
  /** Told of each object that comes, changes or goes, all of them once at the start. */
  readonly onChange: (object: T, phase: Phase) => void;
  /** Told each time when `onChange` has been told of all there are. */
  readonly onListed?: () => void;
  /**
   * Told again and again where the API server keeps refusing to show them, as in a namespace that was deleted with our rights in it. Before, `onChange` has been
   * told that all are gone where they count as gone then.
   */
  readonly onRefused?: () => void;
  readonly goneWhenRefused?: boolean;
  readonly onError: (error: unknown) => void;
  /** Seconds after which the API server ends a watch, so that a dead connection is noticed at the latest then; four minutes. */
  readonly seconds?: number;
}

const PAGE = '500';
const WATCH_SECONDS = 240;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 10_000;
/** Milliseconds: rights that are taken away and given again, as when they are written anew, are back by then. */
const REFUSAL_PATIENCE = 10_000;

/**
 * Watches the objects of a collection. A watch that the API server ends is gone on with from where it stood; after one that broke, all are listed
 * anew.
 */
export class CollectionWatch<T extends Watched> {
  readonly #kube: KubeClient;
  readonly #options: CollectionWatchOptions<T>;
  readonly #name: string;
  readonly #held = new Map<string, T>();
  #failures = 0;
  #refusedSince: number | undefined;
  #stopped = false;

  constructor(kube: KubeClient, options: CollectionWatchOptions<T>) {
    this.#kube = kube;
    this.#options = options;
    this.#name = [options.path, ...Object.values(options.query ?? {})].join(' ');
  }

  /** Watches until it is stopped; what fails is begun again. */
  async run(): Promise<void> {
    this.#kube.signs.begin(this.#name);
    while (!this.#stopped) {
      try {
        await this.#follow(await this.#list());
      } catch (error) {
        this.#options.onError(error);
        this.#noteRefusal(error);
        // Where the API server says no, as where a namespace is gone with our rights in it, a process started anew is told the same.
        if (error instanceof ApiError && error.status < 500) this.#kube.signs.sign(this.#name);
        await pause(Math.min(FIRST_RETRY * 2 ** this.#failures, LAST_RETRY));
        this.#failures += 1;
      }
    }
    this.#kube.signs.end(this.#name);
  }

  stop(): void {
    this.#stopped = true;
  }

  #noteRefusal(error: unknown): void {
    if (judge(error).kind !== 'refused') return;
    this.#refusedSince ??= Date.now();
    if (Date.now() - this.#refusedSince <= REFUSAL_PATIENCE) return;
    const { goneWhenRefused = false, onRefused } = this.#options;
    if (goneWhenRefused) for (const [id, object] of this.#held) this.#forget(id, object);
    onRefused?.();
  }

  /** Reads all and tells of what is new, changed or gone since the last time. Returns where to watch from. */
  async #list(): Promise<string> {
    const { path, query, form, onListed } = this.#options;
    const gone = new Set(this.#held.keys());
    let page: List<T> = {};
    do {
      const next = page.metadata?.continue ? { continue: page.metadata.continue } : {};
      page = ((await this.#kube.list(path, { ...query, limit: PAGE, ...next }, form)) ?? {}) as List<T>;
      this.#sign();
      for (const object of page.items ?? []) {
        gone.delete(idOf(object));
        this.#note(object);
      }
    } while (page.metadata?.continue);
    for (const id of gone) this.#forget(id, this.#held.get(id));
    this.#kube.signs.listed(this.#name);
    onListed?.();
    return page.metadata?.resourceVersion ?? '';
  }

  /** Watches from there until the API server ends it, again and again; returns when a new list is needed. */
  async #follow(from: string): Promise<void> {
    let resourceVersion: string | undefined = from;
    while (resourceVersion !== undefined && !this.#stopped) resourceVersion = await this.#watch(resourceVersion);
  }

  /** @returns the version to go on from, or undefined where that is too old */
  async #watch(from: string): Promise<string | undefined> {
    const { path, query, form, seconds = WATCH_SECONDS } = this.#options;
    const how = { resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) };
    let last: string | undefined = from;
    for await (const line of this.#kube.watch(path, { ...query, ...how }, form, seconds * 1_250)) {
      const { type, object } = line as WatchLine<T>;
      if (type === 'ERROR') return undefined;
      this.#sign();
      last = object.metadata?.resourceVersion ?? last;
      if (type === 'DELETED') this.#forget(idOf(object), object);
      else if (type !== 'BOOKMARK') this.#note(object);
    }
    this.#sign();
    return last;
  }

  #sign(): void {
    this.#failures = 0;
    this.#refusedSince = undefined;
    this.#kube.signs.sign(this.#name);
  }

  #note(object: T): void {
    const id = idOf(object);
    const version = object.metadata?.resourceVersion;
    if (this.#held.has(id) && this.#held.get(id)?.metadata?.resourceVersion === version) return;
    this.#held.set(id, this.#options.hold(object));
    this.#options.onChange(object, 'present');
  }

  #forget(id: string, object: T | undefined): void {
    this.#held.delete(id);
    if (object !== undefined) this.#options.onChange(object, 'gone');
  }
}

const idOf = ({ metadata }: Watched): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
