import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';

const CHANNEL = 'tracing:net.server.listen:asyncStart';

/**
 * Calls `onServer` for each HTTP or HTTPS server of this process that starts to listen from now on.
 *
 * @returns a function that unsubscribes
 * @see https://nodejs.org/api/diagnostics_channel.html#tcp-socket
 */
export function onHttpServer(onServer: (server: Server) => void): () => void {
  const listener = (message: unknown): void => {
    const { server } = message as { server: object };
    if (isHttp(server)) onServer(server);
  };
  subscribe(CHANNEL, listener);
  return () => unsubscribe(CHANNEL, listener);
}

const isHttp = (server: object): server is Server => 'keepAliveTimeout' in server;
