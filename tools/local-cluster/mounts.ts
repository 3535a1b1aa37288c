import { readFileSync } from 'node:fs';
import { attempt } from '../toolchain/command';

export interface Mount {
  readonly path: string;
  /** The file system's type: `cgroup2`, `overlay`. */
  readonly type: string;
}

/** What is mounted on this machine, in the order of mounting (proc_pid_mountinfo(5)). */
export function mounts(): Mount[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  return lines.map(line => {
    const [before = '', after = ''] = line.split(' - ');
    return { path: unescape(before.split(' ')[4] ?? ''), type: after.split(' ')[0] ?? '' };
  });
}

/** Unmounts everything at or below the folders, the latest first; what is busy is detached, and goes when its last user does. */
export async function unmountBelow(folders: readonly string[]): Promise<void> {
  const ours = ({ path }: Mount) => folders.some(folder => path === folder || path.startsWith(`${folder}/`));
  const paths = mounts()
    .filter(ours)
    .map(({ path }) => path);
  for (const path of paths.reverse()) {
    if ((await attempt('umount', [path])).code !== 0) await attempt('umount', ['--lazy', path]);
  }
}

function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
