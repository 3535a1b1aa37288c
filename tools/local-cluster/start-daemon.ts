import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markerOf, markerVariable, type Daemon } from './daemon';

const largestLog = 20 * 1024 * 1024;

/** Where the daemon writes. */
export function logFile(daemon: Daemon): string {
  return join(daemon.node.stateFolder, 'log', `${daemon.name}.log`);
}

/** Writes the daemon's files and starts it in its node's network namespace, in a session of its own: it outlives us and our Ctrl-C. */
export async function startDaemon(daemon: Daemon, path: string): Promise<void> {
  writeFiles(daemon);
  const log = openLog(logFile(daemon));
  const child = spawn('nsenter', [`--net=${daemon.node.netnsPath}`, '--', daemon.command, ...daemon.args], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: path, HOME: '/root', [markerVariable]: markerOf(daemon) },
  });
  closeSync(log);
  await once(child, 'spawn');
  child.unref();
}

function writeFiles(daemon: Daemon): void {
  for (const [file, content] of Object.entries(daemon.files ?? {})) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Appends, so that the reason of a crash survives the repair; begins anew when the log has grown large. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(file, size > largestLog ? 'w' : 'a');
}
