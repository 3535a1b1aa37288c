import { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { ApiError } from './api-error';
import { NotInChargeError } from './charge';
import { HttpClient, HttpStatusError, type HttpRequest, type HttpResponse } from './http';
import { tellApiRequest } from './telemetry';
import { WatchSigns } from './watch-signs';

/** Who we are in `metadata.managedFields`: what we set is ours, what others set stays theirs. */
export const FIELD_MANAGER = 'nats-operator';

/** Milliseconds; the API server itself gives up on most requests after 60 s. */
const TIMEOUT = 30_000;
const CREDENTIALS_LIFETIME = 30_000;
const MAX_CONNECTIONS = 32;

export interface KubeClientOptions {
  /** Milliseconds for each part of a request. */
  readonly timeout?: number;
  /** Asked at the last moment before each write; where it says no, the write fails with NotInChargeError. */
  readonly mayWrite?: () => boolean;
}

/** The few verbs that the operator uses, over connections that are kept. Paths start with a slash: `/api/v1/…`. */
export class KubeClient {
  readonly #config = new KubeConfig();
  readonly #options: KubeClientOptions;
  readonly #writes = new Set<Promise<unknown>>();
  /** The watches that go through this client. */
  readonly signs = new WatchSigns();
  #connected: Promise<{ server: string; http: HttpClient }> | undefined;
  #headers: { readonly values: Record<string, string>; readonly readAt: number } | undefined;

  constructor(options: KubeClientOptions = {}) {
    this.#options = options;
  }

  /** Reads one object or list; undefined where there is none. */
  async get(path: string, query: Record<string, string> = {}): Promise<unknown> {
    return this.#send(path, query, { method: 'GET' }).catch(undefinedWhereMissing);
  }

  /** Reads one page of a list. */
  async list(path: string, query: Record<string, string>, form: ObjectForm): Promise<unknown> {
    return this.#send(path, query, { method: 'GET', headers: { accept: LISTED[form] } });
  }

  /** The events of a watch, until the API server ends it. `silence` is in milliseconds, as `HttpClient.lines` has it. */
  async *watch(path: string, query: Record<string, string>, form: ObjectForm, silence: number): AsyncGenerator {
    const { server, http } = await (this.#connected ??= this.#connect());
    const url = withQuery(new URL(server + path), { ...query, watch: 'true' });
    const headers = { ...(await this.#credentials()), accept: WATCHED[form] };
    try {
      for await (const line of http.lines(url, headers, silence)) yield JSON.parse(line) as unknown;
      tellApiRequest({ verb: 'watch', code: '200' });
    } catch (error) {
      tellApiRequest({ verb: 'watch', code: error instanceof HttpStatusError ? String(error.status) : 'none' });
      throw error;
    }
  }

  /** Server-side apply as our field manager: sets what the object holds, and gives up what it held before. Returns what is stored. */
  async apply(path: string, object: object): Promise<unknown> {
    const query = { fieldManager: FIELD_MANAGER, force: 'true' };
    return this.#send(path, query, { method: 'PATCH', headers: APPLY, body: JSON.stringify(object) });
  }

  /**
   * JSON merge patch: what the object holds takes the place of what is stored, whole lists included. Undefined where nothing is stored. Where it names a
   * resourceVersion that is stored no longer, the API server answers 409.
   */
  async merge(path: string, object: object): Promise<unknown> {
    const init = { method: 'PATCH', headers: MERGE, body: JSON.stringify(object) } as const;
    return this.#send(path, { fieldManager: FIELD_MANAGER }, init).catch(undefinedWhereMissing);
  }

  async create(path: string, object: object): Promise<unknown> {
    const query = { fieldManager: FIELD_MANAGER };
    return this.#send(path, query, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(object) });
  }

  /** Deletes exactly that object: where another has taken its name, the API server answers 409. */
  async delete(path: string, uid: string): Promise<unknown> {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } });
    return this.#send(path, {}, { method: 'DELETE', headers: JSON_TYPE, body });
  }

  async #send(path: string, query: Record<string, string>, init: HttpRequest): Promise<unknown> {
    const { server, http } = await (this.#connected ??= this.#connect());
    const url = withQuery(new URL(server + path), query);
    const headers = { accept: JSON_OBJECT, ...(await this.#credentials()), ...init.headers };
    const { status, body, retryAfter } = await this.#dispatch(http, url, { ...init, headers });
    if (status < 300) return body;
    const { message, reason } = toStatus(body);
    throw new ApiError(
      status,
      message ?? `${init.method} ${path} was answered with ${status}`,
      reason ?? '',
      retryAfter,
    );
  }

  /** Waits for the writes that are under way; those that take longer than so many milliseconds are broken off. */
  async settle(within: number): Promise<void> {
    const late = setTimeout(() => void this.abort(), within);
    await Promise.allSettled(this.#writes);
    clearTimeout(late);
  }

  /** Breaks off all requests that are under way, so that none of them arrives any more; watches go on. */
  async abort(): Promise<void> {
    // Where no connection could be made, nothing is under way.
    const connected = await this.#connected?.catch(() => undefined);
    connected?.http.abort();
  }

  async #dispatch(http: HttpClient, url: URL, init: HttpRequest): Promise<HttpResponse> {
    if (init.method === 'GET') return counted(VERBS.GET, http.send(url, init));
    if (this.#options.mayWrite?.() === false) throw new NotInChargeError();
    const write = counted(VERBS[init.method], http.send(url, init));
    this.#writes.add(write);
    return write.finally(() => this.#writes.delete(write));
  }

  /** Finds the API server as kubectl would: by KUBECONFIG, or by the pod's own service account. */
  async #connect(): Promise<{ server: string; http: HttpClient }> {
    this.#config.loadFromDefault();
    const tls: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(tls);
    const { ca, cert, key, rejectUnauthorized, servername } = tls;
    const connect = { ca, cert, key, rejectUnauthorized: rejectUnauthorized ?? true, servername };
    const http = new HttpClient({ timeout: this.#options.timeout ?? TIMEOUT, connections: MAX_CONNECTIONS, connect });
    return { server: this.#config.getCurrentCluster()?.server ?? '', http };
  }

  /** A service account's token is replaced in its file now and then, so it is read anew. */
  async #credentials(): Promise<Record<string, string>> {
    const now = Date.now();
    if (this.#headers === undefined || now - this.#headers.readAt > CREDENTIALS_LIFETIME) {
      const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
      await this.#config.applyToHTTPSOptions(options);
      this.#headers = { values: options.headers, readAt: now };
    }
    return this.#headers.values;
  }
}

/** Whether objects are sent as they are, or their metadata alone. */
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

/** What Kubernetes calls them. A list is a get as well: the path alone tells them apart. */
const VERBS = { GET: 'get', POST: 'create', PATCH: 'patch', DELETE: 'delete' } as const;

async function counted(verb: string, response: Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    const answered = await response;
    tellApiRequest({ verb, code: String(answered.status) });
    return answered;
  } catch (error) {
    tellApiRequest({ verb, code: 'none' });
    throw error;
  }
}

const JSON_TYPE = { 'content-type': JSON_OBJECT };

/** JSON is YAML, and what server-side apply is called on the wire. */
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

function withQuery(url: URL, query: Record<string, string>): URL {
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** @see https://www.rfc-editor.org/rfc/rfc7396 */
const MERGE = { 'content-type': 'application/merge-patch+json' };

function undefinedWhereMissing(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

function toStatus(body: unknown): { message?: string; reason?: string } {
  return typeof body === 'object' && body !== null ? body : { message: String(body) };
}
