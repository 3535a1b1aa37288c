import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A kubeconfig that leads to `server`, with what else its cluster has. */
export const kubeconfigOf = (server: string, cluster: object = {}): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });

/** What stands in for an API server that answers in ways that a real one can't be brought to. KUBECONFIG leads to it. */
export class LoopbackApi {
  private constructor(
    private readonly server: Server,
    readonly folder: string,
  ) {}

  static async open(answer: RequestListener): Promise<LoopbackApi> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const folder = await mkdtemp(join(tmpdir(), 'loopback-api-'));
    process.env.KUBECONFIG = join(folder, 'kubeconfig');
    const { port } = server.address() as AddressInfo;
    await writeFile(
      process.env.KUBECONFIG,
      kubeconfigOf(`http://127.0.0.1:${port}`, { 'insecure-skip-tls-verify': true }),
    );
    return new LoopbackApi(server, folder);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
    await rm(this.folder, { recursive: true });
    delete process.env.KUBECONFIG;
  }
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export const isWatch = ({ url = '' }: IncomingMessage): boolean => url.includes('watch=true');
