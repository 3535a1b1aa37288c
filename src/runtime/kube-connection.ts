import { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { HttpClient } from './http';

/** Milliseconds after which credentials and CAs are read again: the kubelet rotates the token file and the CA. */
const LIFETIME = 30_000;
/** The same after a request without a response, which a rotated CA may cause. */
const LIFETIME_AFTER_FAILURE = 1_000;

/**
 * Maximum connections: some concurrent reconciliations write several objects at once, and slow responses occupy theirs.
 */
const MAX_CONNECTIONS = 64;

/**
 * Maximum bytes of a response. etcd stores up to 1.5 MB per object; escaped characters make its JSON larger. Pages of
 * lists are requested to be smaller.
 */
export const MAX_BYTES = 4 * 1024 * 1024;

/** Bytes of a response that are always read, and the number of larger responses read concurrently. */
const FREE_BYTES = 64 * 1024;
const LARGE = 4;

/** The current connection to the API server. */
export interface Connection {
  readonly server: string;
  readonly http: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
}

interface Known extends Connection {
  /** The TLS options of the connections, to detect changes. */
  readonly material: string;
}

/** The connection to the API server, configured like kubectl: by KUBECONFIG, or by the pod's service account. */
export class KubeConnection {
  readonly #config = new KubeConfig();
  #current: Promise<Known> | undefined;
  #readAt = 0;
  #lifetime = LIFETIME;

  /** @param timeout in milliseconds, for each part of a request */
  constructor(private readonly timeout: number) {}

  /** @throws Error without a cluster or credentials; the next call retries */
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

  /** A request got no response: the configuration is read again soon. */
  invalidate(): void {
    this.#lifetime = LIFETIME_AFTER_FAILURE;
  }

  /** Aborts all in-flight requests, except streams. */
  async abort(): Promise<void> {
    (await this.#current?.catch(() => undefined))?.http.abort();
  }

  async #read(before: Promise<Known> | undefined): Promise<Known> {
    const known = await before?.catch(() => undefined);
    if (known === undefined) this.#config.loadFromDefault();
    const { server } = this.#config.getCurrentCluster() ?? {};
    if (!server) throw new Error('kubeconfig has no current cluster');
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
