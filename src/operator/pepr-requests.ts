import type { RequestListener, Server } from 'node:http';
import { onHttpServer } from './shutdown/http-servers';

/**
 * Starts Pepr's server and takes over how it answers requests: the server itself, which has no limits and can be given none, is closed before it accepts a
 * connection.
 *
 * @param start begins to serve, on any port
 * @throws Error where Pepr started no server, or node does not tell
 */
export function takeRequests<T>(start: () => T): { started: T; answer: RequestListener } {
  const servers: Server[] = [];
  const forget = onHttpServer(server => servers.push(server));
  const started = start();
  forget();
  const [server] = servers;
  const [answer] = (server?.listeners('request') ?? []) as RequestListener[];
  if (server === undefined || answer === undefined) throw new Error('Pepr started no server');
  server.close();
  return { started, answer };
}
