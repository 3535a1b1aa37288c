import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { attempt, type CommandResult } from '../../../tools/toolchain/command';
import { natsServerBinary } from '../../../tools/toolchain/nats-server';
import type { NatsVersion } from '../../../tools/toolchain/nats-versions';

/** What the server says of a configuration that it only checks, as with `nats-server -t`. */
export async function checkConf(
  version: NatsVersion,
  text: string,
  otherFiles: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const binary = await natsServerBinary(version);
  return withConfFile(text, async (file, folder) => {
    for (const [name, content] of Object.entries(otherFiles)) await writeFile(join(folder, name), content);
    return attempt(binary, ['-t', '-c', file], { timeoutMs: 10_000 });
  });
}

/** Runs a server with that configuration on loopback ports of its own choice, while `work` asks its monitor. */
export async function withServer<T>(
  version: NatsVersion,
  text: string,
  work: (monitor: URL) => Promise<T>,
): Promise<T> {
  const binary = await natsServerBinary(version);
  return withConfFile(text, async (file, folder) => {
    const server = spawn(binary, [...onLoopback(folder), '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const log: string[] = [];
    server.stderr.setEncoding('utf8').on('data', (line: string) => log.push(line));
    try {
      return await work(await monitorOf(server, folder, log));
    } finally {
      await end(server);
    }
  });
}

async function withConfFile<T>(text: string, work: (file: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-conf-'));
  try {
    const file = join(folder, 'nats.conf');
    await writeFile(file, text);
    return await work(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Arguments win over the file, and -1 is a free port. */
const onLoopback = (folder: string): string[] => [
  '--addr=127.0.0.1',
  '--port=-1',
  '--http_port=-1',
  '--cluster=nats://127.0.0.1:-1',
  `--ports_file_dir=${folder}`,
];

const START_MS = 15_000;

/** The server writes where it listens into a file named after its pid. */
async function monitorOf(server: ChildProcess, folder: string, log: readonly string[]): Promise<URL> {
  const deadline = Date.now() + START_MS;
  while (server.exitCode === null && Date.now() < deadline) {
    const name = (await readdir(folder)).find(file => file.endsWith('.ports'));
    const monitor = name === undefined ? undefined : monitoringUrl(await readFile(join(folder, name), 'utf8'));
    if (monitor !== undefined) return monitor;
    await pause(20);
  }
  throw new Error(`nats-server did not start:\n${log.join('')}`);
}

function monitoringUrl(ports: string): URL | undefined {
  const url = /"monitoring":\["([^"]+)"/.exec(ports)?.[1];
  return url === undefined ? undefined : new URL(url);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}
