import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { attempt } from './content';

/** Whether a signal reached the server, and if not, why, as a log line says it. */
export type Delivery =
  | { readonly delivered: true; readonly pid: number }
  | { readonly delivered: false; readonly why: string };

/** Part of `nats-server`, and of `gnatsd`, as it was called before 2.0. */
const SERVER_NAME = 'nats';

/** Sends a signal to the server whose process id is in that file. */
export function signalServer(pidFile: string, signal: NodeJS.Signals): Delivery {
  const pid = Number(attempt(() => readFileSync(pidFile, 'utf8').trim()));
  if (!Number.isSafeInteger(pid) || pid < 1) return undelivered(`${pidFile} holds no process id yet`);
  const name = programOf(pid);
  if (pid === process.pid || (name !== undefined && !name.includes(SERVER_NAME)))
    return undelivered(`process ${pid} of ${pidFile} is not the server: the file is from before a restart`);
  try {
    process.kill(pid, signal);
    return { delivered: true, pid };
  } catch (error) {
    return undelivered(`process ${pid} of ${pidFile}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const undelivered = (why: string): Delivery => ({ delivered: false, why });

/**
 * What a process runs; undefined where that can't be known. A container that was restarted leaves a file with a number that may be
 * anybody's by now.
 */
function programOf(pid: number): string | undefined {
  const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return command === undefined ? undefined : basename(command.split('\0')[0] ?? '');
}
