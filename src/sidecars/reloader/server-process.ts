import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { attempt } from './content';

/** The result of sending a signal, with a reason for the log on failure. */
export type Delivery =
  | { readonly delivered: true; readonly pid: number }
  | { readonly delivered: false; readonly why: string };

/** Part of `nats-server`, and of its name before 2.0, `gnatsd`. */
const SERVER_NAME = 'nats';

/** Sends a signal to the server whose process ID is in a file. */
export function signalServer(pidFile: string, signal: NodeJS.Signals): Delivery {
  const pid = Number(attempt(() => readFileSync(pidFile, 'utf8').trim()));
  if (!Number.isSafeInteger(pid) || pid < 1) return undelivered(`${pidFile} contains no process ID yet`);
  const name = programOf(pid);
  if (pid === process.pid || (name !== undefined && !name.includes(SERVER_NAME)))
    return undelivered(`process ${pid} of ${pidFile} is not nats-server: stale PID file`);
  try {
    process.kill(pid, signal);
    return { delivered: true, pid };
  } catch (error) {
    return undelivered(`process ${pid} of ${pidFile}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const undelivered = (why: string): Delivery => ({ delivered: false, why });

/**
 * The program of a process; undefined if unknown. After a container restart, the process ID in a stale file may belong
 * to another process.
 */
function programOf(pid: number): string | undefined {
  const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return command === undefined ? undefined : basename(command.split('\0')[0] ?? '');
}
