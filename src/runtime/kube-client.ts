import { ApiError, NoAnswerError } from './api-error';
import { TooLargeError } from './byte-budget';
import { NotOwnerError } from './namespace-ownership';
import type { InformerTarget } from './informer-target';
import { HttpStatusError, type HttpRequest, type HttpResponse } from './http';
import { KubeConnection, type Connection } from './kube-connection';
import { identityIn, listMetadataIn, type ListMetadata } from './oversized-objects';
import { PageSize } from './page-size';
import { requestSignal } from './request-signal';
import { recordApiRequest } from './telemetry';
import { WatchHealth } from './watch-health';

/** The field manager of the operator in `metadata.managedFields`. */
export const FIELD_MANAGER = 'nats-operator';

/** Milliseconds; the API server's own request timeout is 60 s. */
const TIMEOUT = 30_000;

export interface KubeClientOptions {
  /** Timeout of each part of a request in milliseconds. */
  readonly timeout?: number;
  /** Called immediately before each write, which fails with NotOwnerError if it returns false. */
  readonly mayWrite?: () => boolean;
}

export interface ListOptions<Item, Kept> {
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: ObjectForm;
  /** Reduces an object to what is kept. */
  readonly take: (object: Item) => Kept;
  /** Called for a skipped oversized object; undefined if it cannot be identified. */
  readonly onTooLarge?: (object: InformerTarget | undefined) => void;
}

/** A page of a list. */
export interface Page<Kept> {
  readonly items: readonly Kept[];
  /** The resourceVersion to watch from. */
  readonly resourceVersion: string;
}

interface ReadPage<Kept> {
  readonly items: readonly Kept[];
  readonly metadata: ListMetadata;
}

/** A watch event, or the identity, if known, of an oversized object instead. */
export type WatchEvent = { readonly event: unknown } | { readonly tooLarge: InformerTarget | undefined };

/** A minimal Kubernetes client over a connection pool. Paths start with a slash: `/api/v1/…`. */
export class KubeClient {
  readonly #options: KubeClientOptions;
  readonly #writes = new Set<Promise<unknown>>();
  /** The health of this client's watches. */
  readonly signs = new WatchHealth();
  readonly #connection: KubeConnection;

  constructor(options: KubeClientOptions = {}) {
    this.#options = options;
    this.#connection = new KubeConnection(options.timeout ?? TIMEOUT);
  }

  /**
   * Reads an object; undefined if it does not exist.
   *
   * @throws TooLargeError
   */
  async get(path: string, query: Record<string, string> = {}): Promise<unknown> {
    return this.#send(path, query, { method: 'GET' })
      .then(({ body }) => body)
      .catch(undefinedIfNotFound);
  }

  /**
   * Lists objects page by page, with adaptive page sizes. Oversized objects are skipped.
   *
   * @throws ApiError, TooLargeError for an oversized page without readable metadata
   */
  async *list<Item, Kept>(path: string, options: ListOptions<Item, Kept>): AsyncGenerator<Page<Kept>> {
    const size = new PageSize();
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: ReadPage<Kept> | undefined = await this.#page(path, next, size, options);
      if (page === undefined) continue;
      next = page.metadata.continue || undefined;
      yield { items: page.items, resourceVersion: page.metadata.resourceVersion ?? '' };
    }
  }

  /** Lists all objects of a short list, or the first `most` objects. */
  async listAll<Item, Kept>(path: string, options: ListOptions<Item, Kept>, most = Infinity): Promise<Kept[]> {
    const all: Kept[] = [];
    for await (const { items } of this.list(path, options)) {
      all.push(...items.slice(0, most - all.length));
      if (all.length >= most) break;
    }
    return all;
  }

  /** @returns undefined if the page must be requested again with fewer objects */
  async #page<Item, Kept>(
    path: string,
    next: string,
    size: PageSize,
    { query, form = 'whole', take, onTooLarge }: ListOptions<Item, Kept>,
  ): Promise<ReadPage<Kept> | undefined> {
    const at = { ...query, limit: String(size.objects), ...(next === '' ? {} : { continue: next }) };
    const takePage = (body: unknown): ReadPage<Kept> => {
      const { items, metadata = {} } = body as { items?: readonly Item[] | null; metadata?: ListMetadata };
      // An empty PartialObjectMetadataList has null items.
      return { items: (items ?? []).map(take), metadata };
    };
    try {
      const answer = await this.#send(path, at, { method: 'GET', headers: { accept: LISTED[form] }, take: takePage });
      size.read(answer.size);
      return answer.body as ReadPage<Kept>;
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      if (size.tooLarge()) return undefined;
      const metadata = listMetadataIn(error.head);
      if (metadata === undefined) throw error;
      onTooLarge?.(identityIn(error.head));
      return { items: [], metadata };
    }
  }

  /**
   * The events of a watch, until the API server ends it. `idleTimeout` is in milliseconds, see `HttpClient.lines`.
   *
   * @throws ApiError if the API server rejects it; NoAnswerError if the connection breaks
   */
  async *watch(
    path: string,
    query: Record<string, string>,
    form: ObjectForm,
    idleTimeout: number,
  ): AsyncGenerator<WatchEvent> {
    const { server, http, headers } = await this.#open();
    const url = withQuery(new URL(server + path), { ...query, watch: 'true' });
    const request = { verb: 'watch', method: 'GET', host: url.host };
    try {
      for await (const line of http.lines(url, { ...headers, accept: WATCHED[form] }, idleTimeout)) {
        yield line.isCut ? { tooLarge: identityIn(line.text) } : { event: JSON.parse(line.text) as unknown };
      }
      recordApiRequest({ ...request, code: '200' });
    } catch (error) {
      recordApiRequest({ ...request, code: error instanceof HttpStatusError ? String(error.status) : undefined });
      if (error instanceof HttpStatusError) throw new ApiError(error.status, error.message, '', undefined);
      throw this.#noAnswer(error);
    }
  }

  /** Server-side apply with force. Returns the stored object. */
  async apply(path: string, object: object): Promise<unknown> {
    const query = { fieldManager: FIELD_MANAGER, force: 'true' };
    return (await this.#send(path, query, { method: 'PATCH', headers: APPLY, body: JSON.stringify(object) })).body;
  }

  /** Server-side apply that stores nothing. @throws ApiError if the API server would reject it */
  async dryRun(path: string, object: object): Promise<void> {
    const query = { fieldManager: FIELD_MANAGER, force: 'true', dryRun: 'All' };
    await this.#send(path, query, { method: 'PATCH', headers: APPLY, body: JSON.stringify(object) });
  }

  /**
   * JSON merge patch, which replaces lists as a whole. Returns undefined if the object does not exist. With a
   * resourceVersion, the API server returns 409 if the stored one differs.
   */
  async merge(path: string, object: object): Promise<unknown> {
    const init = { method: 'PATCH', headers: MERGE, body: JSON.stringify(object) } as const;
    return this.#send(path, { fieldManager: FIELD_MANAGER }, init)
      .then(({ body }) => body)
      .catch(undefinedIfNotFound);
  }

  async create(path: string, object: object): Promise<unknown> {
    const query = { fieldManager: FIELD_MANAGER };
    return (await this.#send(path, query, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(object) })).body;
  }

  /**
   * Deletes the object with that uid; the API server returns 409 for another object of the same name.
   *
   * @param propagationPolicy what becomes of the objects that it owns; undefined for the default of its kind
   */
  async delete(path: string, uid: string, propagationPolicy?: 'Orphan'): Promise<unknown> {
    const options = { preconditions: { uid }, ...(propagationPolicy && { propagationPolicy }) };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', ...options });
    return (await this.#send(path, {}, { method: 'DELETE', headers: JSON_TYPE, body })).body;
  }

  async #send(path: string, query: Record<string, string>, init: HttpRequest): Promise<HttpResponse> {
    const connection = await this.#open();
    const url = withQuery(new URL(connection.server + path), query);
    const headers = { accept: JSON_OBJECT, ...connection.headers, ...init.headers };
    const { take } = init;
    const kept = take && ((body: unknown, code: number): unknown => (code < 300 ? take(body, code) : body));
    const answer = await this.#dispatch(connection, url, { ...init, headers, ...(kept && { take: kept }) });
    const { status, body, retryAfter } = answer;
    if (status < 300) return answer;
    const { message, reason } = toStatus(body);
    throw new ApiError(status, message ?? `${init.method} ${path} returned status ${status}`, reason ?? '', retryAfter);
  }

  /** Waits for in-flight writes, and aborts them after that many milliseconds. */
  async settle(within: number): Promise<void> {
    const late = setTimeout(() => void this.abort(), within);
    await Promise.allSettled(this.#writes);
    clearTimeout(late);
  }

  /** Aborts all in-flight requests, except watches. Never rejects. */
  async abort(): Promise<void> {
    await this.#connection.abort();
  }

  async #dispatch({ http }: Connection, url: URL, init: HttpRequest): Promise<HttpResponse> {
    const isWrite = init.method !== 'GET';
    if (isWrite && this.#options.mayWrite?.() === false) throw new NotOwnerError();
    const answer = recorded(init.method, url.host, http.send(url, init, requestSignal()));
    if (isWrite) this.#writes.add(answer);
    try {
      return await answer;
    } catch (error) {
      throw error instanceof TooLargeError ? error : this.#noAnswer(error);
    } finally {
      this.#writes.delete(answer);
    }
  }

  async #open(): Promise<Connection> {
    try {
      return await this.#connection.open();
    } catch (error) {
      throw new NoAnswerError(error);
    }
  }

  #noAnswer(cause: unknown): NoAnswerError {
    this.#connection.invalidate();
    return new NoAnswerError(cause);
  }
}

/** Whether complete objects or only their metadata are requested. */
export type ObjectForm = 'whole' | 'metadata';

const JSON_OBJECT = 'application/json';
const LISTED: Readonly<Record<ObjectForm, string>> = {
  whole: JSON_OBJECT,
  metadata: `${JSON_OBJECT};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`,
};
const WATCHED: Readonly<Record<ObjectForm, string>> = {
  whole: JSON_OBJECT,
  metadata: `${JSON_OBJECT};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`,
};

/** Kubernetes verbs by HTTP method. A list counts as a get: only the path distinguishes them. */
const VERBS = { GET: 'get', POST: 'create', PATCH: 'patch', DELETE: 'delete' } as const;

async function recorded(
  method: HttpRequest['method'],
  host: string,
  response: Promise<HttpResponse>,
): Promise<HttpResponse> {
  const request = { verb: VERBS[method], method, host };
  try {
    const answered = await response;
    recordApiRequest({ ...request, code: String(answered.status) });
    return answered;
  } catch (error) {
    recordApiRequest({ ...request, code: undefined });
    throw error;
  }
}

const JSON_TYPE = { 'content-type': JSON_OBJECT };

/** The media type of server-side apply; JSON is valid YAML. */
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

function withQuery(url: URL, query: Record<string, string>): URL {
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** @see https://www.rfc-editor.org/rfc/rfc7396 */
const MERGE = { 'content-type': 'application/merge-patch+json' };

function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

function toStatus(body: unknown): { message?: string; reason?: string } {
  return typeof body === 'object' && body !== null ? body : { message: String(body) };
}
