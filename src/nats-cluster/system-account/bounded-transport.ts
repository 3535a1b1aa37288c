import {
  NatsConnectionImpl,
  setTransportFactory,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import { NodeTransport, nodeResolveHost } from '@nats-io/transport-node/lib/node_transport';

/** Bytes that a connection may receive: several times what any request is answered with. */
export const MAX_CONNECTION_BYTES = 16_000_000;

/** Bytes until it is established: the addresses of a hundred servers, and their certificates. */
const MAX_GREETING_BYTES = 256_000;

/** Milliseconds between two checks of how much has been received. */
const INTERVAL = 10;

/**
 * Connects with a limit on what is received: the client itself keeps whatever a server sends until it has a whole line or message, from the first line on. Whatever
 * image a NatsCluster names may be that server, and it must not exhaust the operator's memory.
 *
 * @throws Error where no server can be connected to
 */
export async function connectBounded(options: ConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new BoundedTransport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}

class BoundedTransport extends NodeTransport {
  #isTooLarge = false;

  override async connect(...[host, options]: Parameters<NodeTransport['connect']>): Promise<void> {
    // The client would check the certificate of an address for the name `localhost`.
    if (options.tls && host.tlsName === '') throw new Error('with TLS, a server needs a name');
    const watch = setInterval(() => {
      if (this.done) clearInterval(watch);
      else this.#check();
    }, INTERVAL).unref();
    // The client gives up waiting, but leaves the socket as it is.
    const deadline = setTimeout(() => this.discard(), options.timeout).unref();
    try {
      await super.connect(host, options);
    } catch (error) {
      this.discard();
      throw this.#isTooLarge ? new Error(`the server greets with more than ${MAX_GREETING_BYTES} bytes`) : error;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** The first line is decoded from its start with every chunk, so that each is counted before that. */
  override async peekInfo(): ReturnType<NodeTransport['peekInfo']> {
    this.socket.on('data', () => this.#check());
    return super.peekInfo();
  }

  /** The socket may be any: that of TLS takes the place of the first one. */
  #check(): void {
    const socket = this.socket as NodeTransport['socket'] | undefined;
    const limit = this.connected ? MAX_CONNECTION_BYTES : MAX_GREETING_BYTES;
    if (socket === undefined || socket.bytesRead <= limit) return;
    this.#isTooLarge = true;
    socket.destroy();
  }
}
