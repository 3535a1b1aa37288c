import { Server } from 'node:https';
import type { ServingMaterial } from './serving-material';

/** The HTTPS servers of this process, which take their certificates from here: Pepr makes its own from files that it reads once. */
export class HttpsServers {
  readonly #servers = new Set<Server>();

  /** From now on `server` is one of them, where it is an HTTPS server. */
  add(server: object): void {
    if (isHttps(server)) this.#servers.add(server);
  }

  /** Where node does not tell of servers, as old versions do not, nothing could be renewed. */
  isEmpty(): boolean {
    return this.#servers.size === 0;
  }

  /** New connections get this certificate; those that are open go on. */
  use({ certificate, key }: ServingMaterial): void {
    for (const server of this.#servers) server.setSecureContext({ cert: certificate, key });
  }
}

const isHttps = (server: object): server is Server => server instanceof Server;
