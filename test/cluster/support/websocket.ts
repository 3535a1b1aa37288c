import type { NatsConnection } from '@nats-io/nats-core/internal';
import { wsconnect } from '@nats-io/transport-node';
import { Agent, WebSocket } from 'undici';
import { waitFor } from './wait-for';

/**
 * Connects as a browser would.
 *
 * @param url as `ws://host:port` or `wss://host:port`
 * @param ca the authority to trust, in PEM form; the system's own ones where it is absent
 */
export async function openWebsocket(url: string, ca?: string): Promise<NatsConnection> {
  const dispatcher = new Agent({ connect: ca === undefined ? {} : { ca } });
  const socket = (): WebSocket => new WebSocket(url, { dispatcher });
  const options = {
    servers: url,
    ignoreClusterUpdates: true,
    reconnect: false,
    timeout: 5_000,
    wsFactory: async () => Promise.resolve({ socket: socket(), encrypted: url.startsWith('wss:') }),
  };
  return waitFor(async () => wsconnect(options), { what: `a websocket at ${url}`, deadline: 20_000 });
}
