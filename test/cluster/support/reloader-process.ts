import type { V1Pod } from '@kubernetes/client-node';
import { readdir, readFile } from 'node:fs/promises';

/** Signals the reloader of a pod from outside its container, as the node could. */
export async function signalReloader(pod: V1Pod, signal: NodeJS.Signals): Promise<void> {
  process.kill(await reloaderOf(pod), signal);
}

/** What the reloader of a pod has in memory, in MiB: its own, and the program's pages that it shares with all others. */
export async function residentMemory(pod: V1Pod): Promise<number> {
  const status = await read(`/proc/${await reloaderOf(pod)}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Its process id, as the node sees it. */
async function reloaderOf(pod: V1Pod): Promise<number> {
  const uid = (pod.metadata?.uid ?? '').replaceAll('-', '[-_]');
  const mark = new RegExp(`pod${uid}`);
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [cgroup, command] = await Promise.all([read(`/proc/${entry}/cgroup`), read(`/proc/${entry}/cmdline`)]);
    if (mark.test(cgroup) && command.includes('nats-server-config-reloader')) return Number(entry);
  }
  throw new Error(`no reloader of ${pod.metadata?.name ?? ''} runs on this machine: its nodes are elsewhere`);
}

/** A process may end while it is looked at. */
async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
