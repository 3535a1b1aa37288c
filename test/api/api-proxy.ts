import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { parse, stringify } from 'yaml';
import { atEnd } from '../cluster/support/tear-down';
import { reservePort } from '../../tools/toolchain/reserve-ports';

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
}

/** A way to the API server that can break: it is shut at first. */
export class ApiProxy {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(
    private readonly port: number,
    private readonly target: number,
  ) {}

  /**
   * A way for whoever uses `kubeconfig`.
   *
   * @param through where a kubeconfig is written that leads over it
   */
  static async prepare(kubeconfig: string, through: string): Promise<ApiProxy> {
    const config = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
    const port = await reservePort();
    const target = Number(new URL(config.clusters[0]?.cluster.server ?? '').port);
    const clusters = config.clusters.map(({ name, cluster }) => ({
      name,
      cluster: { ...cluster, server: `https://127.0.0.1:${port}` },
    }));
    await writeFile(through, stringify({ ...config, clusters }), { mode: 0o600 });
    const proxy = new ApiProxy(port, target);
    atEnd(async () => proxy.shut());
    return proxy;
  }

  async open(): Promise<void> {
    this.#server = createServer(client => this.#pass(client)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Refuses connections, and breaks those that there are. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== undefined) await once(server.close(), 'close');
  }

  /** What goes over the connections that there are is lost, and nobody is told: as where a node on the way has lost its memory. */
  forget(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('data');
      socket.unpipe();
      socket.resume();
    }
  }

  #pass(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    client.pipe(server).pipe(client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
