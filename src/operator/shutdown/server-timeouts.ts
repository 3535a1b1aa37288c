import { onHttpServer } from './http-servers';

/**
 * Milliseconds for which an idle connection is kept. Longer than the API server keeps one (90 s), so that it is always the caller who closes it: node's own five
 * seconds end just as the next request comes, sometimes, and that request is lost.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.34.0/pkg/util/net/http.go, defaultTransport's IdleConnTimeout
 */
const IDLE = 120_000;

/** Milliseconds for the headers of a request, and for a whole one; the API server waits 10 s for the answer. */
const HEADERS = 5_000;
const REQUEST = 8_000;

/** Connections at a time: what an API server needs is far below that. */
const MAX_CONNECTIONS = 1_000;

/**
 * Each HTTP server of this process that begins to listen from now on leaves it to its callers to close idle connections, but those that send a request have to get on
 * with it. The webhooks' own server has limits beyond that (src/operator/webhooks); these are what Pepr's gets, by `pepr deploy`.
 */
export function setServerTimeouts(): void {
  onHttpServer(server => {
    server.keepAliveTimeout = IDLE;
    server.headersTimeout = HEADERS;
    server.requestTimeout = REQUEST;
    server.maxConnections = MAX_CONNECTIONS;
  });
}
