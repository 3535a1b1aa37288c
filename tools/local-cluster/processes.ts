import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { markerVariable } from './daemon';
import type { Instance } from './instance';
import { until } from '../toolchain/until';

/** A process that a daemon of ours is, or that one started (a container's shim, say). */
export interface OwnProcess {
  readonly pid: number;
  readonly marker: string;
  readonly ordinal: number;
  /** Whether it is the daemon itself. */
  readonly daemon: boolean;
  /** The inode of its network namespace. */
  readonly netns: number;
}

const graceMs = 1000;
const deadlineMs = 10_000;

/** Every living process that carries the instance's marker. No pid files: a pid that was given to another process is never mistaken for ours. */
export function ownProcesses(instance: Instance): OwnProcess[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  return pids.flatMap(pid => inspect(instance, Number(pid)));
}

/** Ends the processes: SIGTERM, and SIGKILL a second later to those that remain (an API server drains slowly). */
export async function end(processes: readonly OwnProcess[]): Promise<void> {
  processes.forEach(({ pid }) => signal(pid, 'SIGTERM'));
  const gone = () => processes.every(({ pid }) => !alive(pid));
  if (await until(gone, graceMs)) return;
  await kill(processes.map(({ pid }) => pid));
}

/** Kills at once, and returns when they are gone or have become zombies that only wait for their parent. */
export async function kill(pids: readonly number[]): Promise<void> {
  pids.forEach(pid => signal(pid, 'SIGKILL'));
  await until(() => pids.every(pid => !alive(pid)), deadlineMs);
}

/** The inode of the network namespace that is mounted at the path; undefined when there is none. */
export function netnsInode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function inspect(instance: Instance, pid: number): OwnProcess[] {
  try {
    const start = `${markerVariable}=${instance.name}/`;
    const variable = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .find(line => line.startsWith(start));
    if (variable === undefined || !alive(pid)) return [];
    const marker = variable.slice(markerVariable.length + 1);
    const [, ordinal = '', , program] = marker.split('/');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
    const netns = netnsInode(`/proc/${pid}/ns/net`) ?? 0;
    return [{ pid, marker, ordinal: Number(ordinal), daemon: basename(command) === program, netns }];
  } catch {
    // It ended while we looked.
    return [];
  }
}

function alive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}
