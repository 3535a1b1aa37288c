import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsServerBinary } from '../../../tools/toolchain/nats-server';
import type { NatsVersion } from '../../../tools/toolchain/nats-versions';
import { isBlock, type Conf } from '../../../src/nats/conf/conf';
import { printConf } from '../../../src/nats/conf/print';
import { waitFor } from '../../cluster/support/wait-for';

/** A server on loopback ports of its own choice, until it is stopped. */
export interface RunningServer {
  /** `host:port` of clients and of routes. */
  readonly client: string;
  readonly cluster: string;
  readonly monitor: URL;
  /** Everything that it has written so far. */
  readonly log: () => string;
  /** Writes another configuration in place of its own. */
  readonly write: (conf: Conf) => Promise<void>;
  /** The same, and has it reload. */
  readonly reload: (conf: Conf) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  /** Variables of its process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further files beside the configuration. */
  readonly files?: Readonly<Record<string, string>>;
  /** The port of its routes, where others have to know it before; a free one by default. */
  readonly clusterPort?: number;
}

/** Starts a server with that configuration; the ports of clients, routes and the monitor are free ones instead of its own. */
export async function startServer(
  version: NatsVersion,
  conf: Conf,
  options: ServerOptions = {},
): Promise<RunningServer> {
  const binary = await natsServerBinary(version);
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-server-'));
  const write = async (text: Conf): Promise<void> =>
    writeFile(
      join(folder, 'nats.conf'),
      printConf({ ...onLoopback(text, options.clusterPort), ports_file_dir: folder }),
    );
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text);
  await write(conf);
  const server = spawn(binary, ['-c', join(folder, 'nats.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const lines: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (line: string) => lines.push(line));
  const stop = async (): Promise<void> => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ports = await portsOf(server, folder, lines);
    return {
      ...ports,
      log: () => lines.join(''),
      write,
      reload: async next => {
        await write(next);
        server.kill('SIGHUP');
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const HOST = '127.0.0.1';

/** The same configuration, but for where it listens. */
function onLoopback(conf: Conf, clusterPort = -1): Conf {
  const { https_port: https, cluster, ...rest } = conf;
  return {
    ...rest,
    ...(https === undefined ? { http_port: -1 } : { https_port: -1, http_port: undefined }),
    ...{ host: HOST, port: -1, cluster: isBlock(cluster) ? { ...cluster, host: HOST, port: clusterPort } : undefined },
  };
}

interface Ports {
  readonly client: string;
  readonly cluster: string;
  readonly monitor: URL;
}

/** The server writes where it listens into a file named after its pid. */
async function portsOf(server: ChildProcess, folder: string, lines: readonly string[]): Promise<Ports> {
  let ports: Record<string, readonly string[] | undefined> = {};
  await waitFor(
    async () => {
      if (server.exitCode !== null) throw new Error(`nats-server did not start:\n${lines.join('')}`);
      const name = (await readdir(folder)).find(file => file.endsWith('.ports'));
      const text = name === undefined ? '' : await readFile(join(folder, name), 'utf8');
      if (text !== '') ports = JSON.parse(text) as typeof ports;
      if (text === '') throw new Error(lines.join(''));
      return true;
    },
    { what: 'the ports of a nats-server', deadline: 10_000, interval: 20 },
  );
  const host = (urls: readonly string[] | undefined): string => (urls?.[0] ?? '').replace(/^\w+:\/\//, '');
  return {
    client: host(ports.nats),
    cluster: host(ports.cluster),
    monitor: new URL(ports.monitoring?.[0] ?? 'http://none'),
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}
