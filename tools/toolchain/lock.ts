import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

const patienceMs = 1000;

/**
 * Runs `work` while no other process on this machine runs under the same lock file. `onWait` is called once when somebody else holds it.
 * The kernel lets go of the lock when we die, however we die: flock's child reads our pipe and ends with it.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  // Detached: a Ctrl-C in the terminal must not release the lock before we have ended ourselves.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = setTimeout(onWait, patienceMs);
  try {
    await once(holder.stdout, 'data');
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}
