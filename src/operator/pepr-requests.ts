import type { RequestListener, Server } from 'node:http';
import { onHttpServer } from './shutdown/http-servers';

/**
 * Starts Pepr's server and takes its request handler: the server itself has no limits and supports none, so it is
 * closed before it accepts a connection.
 *
 * @param start starts the server, on any port
 * @throws Error if no server was started
 */
export function takeRequests<T>(start: () => T): { started: T; answer: RequestListener } {
  const servers: Server[] = [];
  const unsubscribe = onHttpServer(server => servers.push(server));
  const started = start();
  unsubscribe();
  const [server] = servers;
  const [answer] = (server?.listeners('request') ?? []) as RequestListener[];
  if (server === undefined || answer === undefined) throw new Error('Pepr started no server');
  server.close();
  return { started, answer };
}
