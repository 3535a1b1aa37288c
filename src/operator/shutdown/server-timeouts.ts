import { onHttpServer } from './http-servers';

/**
 * Idle timeout of connections in milliseconds. Longer than the API server's (90 s), so that the client always closes
 * first: with Node's default of 5 s, a request sent at that moment would be lost.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.34.0/pkg/util/net/http.go, defaultTransport's IdleConnTimeout
 */
const IDLE_TIMEOUT_MS = 120_000;

/**
 * Timeouts in milliseconds for the headers of a request and for the whole request; the API server waits 10 s for a
 * response.
 */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 8_000;

/** Maximum number of concurrent connections, far more than an API server needs. */
const MAX_CONNECTIONS = 1_000;

/**
 * Sets the timeouts and limits of each HTTP server that starts to listen from now on. The webhook server has further
 * limits (src/operator/webhooks); these apply to Pepr's, under `pepr deploy`.
 */
export function setServerTimeouts(): void {
  onHttpServer(server => {
    server.keepAliveTimeout = IDLE_TIMEOUT_MS;
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.maxConnections = MAX_CONNECTIONS;
  });
}
