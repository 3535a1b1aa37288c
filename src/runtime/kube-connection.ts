import { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { HttpClient } from './http';

/** Milliseconds after which credentials and certificates are read again: a service account's token is replaced in its file now and then, the cluster's CA too. */
const LIFETIME = 30_000;
/** The same where no answer came, which a new CA may be the reason of. */
const LIFETIME_IN_DOUBT = 1_000;

/** Of the reconciles that are under way at a time, some write several objects at once, and slow answers keep theirs for long. */
const MAX_CONNECTIONS = 64;

/**
 * Bytes of one answer. No object has more in etcd, which takes 1.5 MB; its JSON may, where characters are escaped. Of lists so much is asked for that a page
 * has less.
 */
export const MAX_BYTES = 4 * 1024 * 1024;

/** Bytes of an answer that are read at once, and how many answers may have more at a time. */
const FREE_BYTES = 64 * 1024;
const LARGE = 4;

/** How to reach the API server at the moment. */
export interface Connection {
  readonly server: string;
  readonly http: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
}

interface Known extends Connection {
  /** What the connections were made with. */
  readonly material: string;
}

/** The way to the API server, as kubectl would find it: by KUBECONFIG, or by the pod's own service account. */
export class KubeConnection {
  readonly #config = new KubeConfig();
  #current: Promise<Known> | undefined;
  #readAt = 0;
  #lifetime = LIFETIME;

  /** @param timeout in milliseconds, for each part of a request */
  constructor(private readonly timeout: number) {}

  /** @throws Error where nothing says how to reach it, or no credentials can be had; the next call tries again */
  async open(): Promise<Connection> {
    const now = performance.now();
    if (this.#current !== undefined && now - this.#readAt <= this.#lifetime) return this.#current;
    this.#readAt = now;
    this.#lifetime = LIFETIME;
    const next = this.#read(this.#current);
    this.#current = next;
    next.catch(() => {
      if (this.#current === next) this.#current = undefined;
    });
    return next;
  }

  /** No answer came: what is known of the way is read again soon. */
  doubt(): void {
    this.#lifetime = LIFETIME_IN_DOUBT;
  }

  /** Breaks off all requests that are under way; streams go on. */
  async abort(): Promise<void> {
    (await this.#current?.catch(() => undefined))?.http.abort();
  }

  async #read(before: Promise<Known> | undefined): Promise<Known> {
    const known = await before?.catch(() => undefined);
    if (known === undefined) this.#config.loadFromDefault();
    const { server } = this.#config.getCurrentCluster() ?? {};
    if (!server) throw new Error('the kubeconfig names no cluster to connect to');
    const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
    await this.#config.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername, headers } = options;
    const connect = { ca, cert, key, rejectUnauthorized: rejectUnauthorized ?? true, servername };
    const material = JSON.stringify(connect);
    if (known?.material === material) return { ...known, headers };
    known?.http.close().catch(() => undefined);
    const limits = { timeout: this.timeout, maxBytes: MAX_BYTES, freeBytes: FREE_BYTES, large: LARGE };
    const http = new HttpClient({ ...limits, connections: MAX_CONNECTIONS, connect });
    return { server, http, headers, material };
  }
}
