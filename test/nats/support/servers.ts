import type { NatsVersion } from '../../../tools/toolchain/nats-versions';
import type { Conf } from '../../../src/nats/conf/conf';
import { startServer, type RunningServer, type ServerOptions } from './running-server';

/** The servers of a test, which all stop at its end. */
export class Servers {
  readonly #running: RunningServer[] = [];

  constructor(private readonly version: NatsVersion) {}

  async start(conf: Conf, options?: ServerOptions): Promise<RunningServer> {
    const server = await startServer(this.version, conf, options);
    this.#running.push(server);
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(async server => server.stop()));
  }
}
