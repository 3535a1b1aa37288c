import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';

const CHANNEL = 'tracing:net.server.listen:asyncStart';

/**
 * Calls back with each HTTP or HTTPS server of this process that begins to listen from now on.
 *
 * @returns ends that
 * @see https://nodejs.org/api/diagnostics_channel.html#tcp-socket
 */
export function onHttpServer(tell: (server: Server) => void): () => void {
  const listener = (message: unknown): void => {
    const { server } = message as { server: object };
    if (isHttp(server)) tell(server);
  };
  subscribe(CHANNEL, listener);
  return () => unsubscribe(CHANNEL, listener);
}

const isHttp = (server: object): server is Server => 'keepAliveTimeout' in server;
