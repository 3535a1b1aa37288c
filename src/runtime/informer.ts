import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, classifyError } from './api-error';
import { safeErrorMessage } from './safe-error-message';
import type { ObjectForm, KubeClient } from './kube-client';
import { detached } from './request-signal';
import { WatchBackoff } from './watch-backoff';

/** What every object has that is watched. */
export interface InformerTarget {
  readonly metadata?: {
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

interface WatchLine<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface InformerOptions<T extends InformerTarget> {
  /** The collection: `/api/v1/secrets`, `/api/v1/namespaces/a/secrets`. */
  readonly path: string;
  /** Which of its objects: `labelSelector`, `fieldSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly form: ObjectForm;
  /** What `onChange` reads of an object: the rest, which may be a megabyte, is let go as soon as the object is parsed. */
  readonly project: (object: T) => T;
  /**
   * The objects that whoever is told holds: those that a list does not show have gone while nobody looked. Nothing is held here, for most objects are of no
   * use to anybody.
   */
  readonly held: () => Iterable<T>;
  /** Told of each object that comes or changes, all of them at each list; and of each that goes, with its identity alone where a list has shown it. */
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

const WATCH_SECONDS = 240;
const MILLISECONDS = 1_000;
/** What the API server answers where the version to watch from is too old: all have to be listed, and nothing is wrong. */
const EXPIRED = 410;
/** Names of objects that are too large: of more of them than these, nobody is told. */
const MAX_NAMED = 100;
/** Milliseconds: rights that are taken away and given again, as when they are written anew, are back by then. */
const REJECTION_GRACE_MS = 10_000;

/**
 * Watches the objects of a collection. A watch that the API server ends is gone on with from where it stood; after one that broke, all are listed
 * anew.
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

  /** Watches until it is stopped; what fails or ends is begun again. It never fails. */
  async run(): Promise<void> {
    // It goes on for longer than whatever has begun it.
    await detached(async () => this.#run());
  }

  async #run(): Promise<void> {
    this.#kube.signs.begin(this.#name);
    let from: string | undefined;
    while (!this.#stopped) {
      let begun: number | undefined;
      const lived = (): number => (begun === undefined ? 0 : performance.now() - begun);
      let wait: number;
      try {
        from ??= await this.#list();
        begun = performance.now();
        from = await this.#watch(from);
        wait = this.#backoff.ended(lived(), false);
        if (wait > 0) this.#tell(new Error(`the watch was ended after ${Math.round(lived())} ms`));
      } catch (error) {
        from = undefined;
        wait = this.#backoff.ended(lived(), true);
        this.#tell(error);
        this.#recordRejection(error);
        // Where the API server says no, as where a namespace is gone with our rights in it, a process started anew is told the same.
        if (error instanceof ApiError && error.status < 500) this.#kube.signs.sign(this.#name);
      }
      // Nobody waits for a watch to end.
      if (wait > 0) await pause(wait, undefined, { ref: false });
    }
    this.#kube.signs.end(this.#name);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** What goes wrong in whoever is told ends neither the watch nor the process. */
  #tell(error: unknown): void {
    try {
      this.#options.onError(error);
    } catch {
      // There is nobody else to tell.
    }
  }

  #recordRejection(error: unknown): void {
    if (classifyError(error).kind !== 'refused') return;
    this.#refusedSince ??= Date.now();
    if (Date.now() - this.#refusedSince <= REJECTION_GRACE_MS) return;
    this.#kube.signs.refused(this.#name, safeErrorMessage(error));
    const { goneWhenRefused = false, onRefused } = this.#options;
    if (goneWhenRefused) for (const object of [...this.#options.held()]) this.#change(object, 'gone');
    onRefused?.();
  }

  /** Reads all, and tells of it and of what is gone since the last time. Returns where to watch from. */
  async #list(): Promise<string> {
    const { path, query = {}, form, project, held, onListed } = this.#options;
    // What is stored from now on, as by a write of our own, may be newer than the list.
    const gone = new Map([...held()].map(object => [idOf(object), object]));
    let from = '';
    const onTooLarge = (object: InformerTarget | undefined): void => this.#skip(object);
    for await (const page of this.#kube.list<T, T>(path, { query, form, take: project, onTooLarge })) {
      this.#sign();
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
   * Watches from a version on, until the API server ends it.
   *
   * @returns the version to go on from; undefined where that is too old, and all have to be listed
   * @throws ApiError of an ERROR event
   */
  async #watch(from: string): Promise<string | undefined> {
    const { path, query, form, project, seconds = WATCH_SECONDS } = this.#options;
    const how = { resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) };
    let last: string | undefined = from;
    for await (const told of this.#kube.watch(path, { ...query, ...how }, form, seconds * 1_250)) {
      if ('tooLarge' in told) {
        last = told.tooLarge?.metadata?.resourceVersion ?? last;
        this.#skip(told.tooLarge);
        continue;
      }
      const { type, object } = told.event as WatchLine<T>;
      if (type === 'ERROR') {
        const error = toError(object as ErrorStatus);
        if (error.status === EXPIRED) return undefined;
        throw error;
      }
      this.#sign();
      last = object.metadata?.resourceVersion ?? last;
      if (type !== 'BOOKMARK') this.#change(project(object), type === 'DELETED' ? 'gone' : 'present');
    }
    this.#sign();
    return last;
  }

  #sign(): void {
    this.#refusedSince = undefined;
    this.#kube.signs.shown(this.#name);
    this.#kube.signs.sign(this.#name);
  }

  /** An object that is too large to be read counts as one that is not there. It is told of once. */
  #skip(object: InformerTarget | undefined): void {
    const name = object === undefined ? '' : idOf(object);
    if (object !== undefined) this.#change(object as T, 'gone');
    if (this.#tooLarge.has(name) || this.#tooLarge.size >= MAX_NAMED) return;
    this.#tooLarge.add(name);
    this.#tell(new Error(`an object is too large and left out: ${name || 'its name could not be read'}`));
  }

  /** One object that cannot be dealt with keeps nobody from hearing of the others. */
  #change(object: T, phase: Phase): void {
    try {
      this.#options.onChange(object, phase);
    } catch (error) {
      this.#tell(error);
    }
  }
}

/** What a watch says in place of an object when it ends by an error: a Status. */
interface ErrorStatus {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

const toError = ({ code = 500, reason = '', message = 'the watch ended with an error' }: ErrorStatus): ApiError =>
  new ApiError(code, message, reason, undefined);

const idOf = ({ metadata }: InformerTarget): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;

/** What has become of an object that is watched. */
export type Phase = 'present' | 'gone';
