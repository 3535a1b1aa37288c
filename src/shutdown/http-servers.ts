import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';

/**
 * Calls back with each HTTP or HTTPS server of this process that begins to listen from now on.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#tcp-socket
 */
export function onHttpServer(tell: (server: Server) => void): void {
  subscribe('tracing:net.server.listen:asyncStart', message => {
    const { server } = message as { server: object };
    if (isHttp(server)) tell(server);
  });
}

const isHttp = (server: object): server is Server => 'keepAliveTimeout' in server;
