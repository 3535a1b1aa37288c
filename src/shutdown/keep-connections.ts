import { onHttpServer } from './http-servers';

/**
 * Milliseconds for which an idle connection is kept. Longer than the API server keeps one (90 s), so that it is always the caller who closes it: node's own five
 * seconds end just as the next request comes, sometimes, and that request is lost.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.34.0/pkg/util/net/http.go, defaultTransport's IdleConnTimeout
 */
const IDLE = 120_000;

/** Each HTTP server of this process that begins to listen from now on leaves it to its callers to close idle connections. */
export function keepConnections(): void {
  onHttpServer(server => {
    server.keepAliveTimeout = IDLE;
  });
}
