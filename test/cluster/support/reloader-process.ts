import type { V1Pod } from '@kubernetes/client-node';
import { readdir, readFile } from 'node:fs/promises';

/** Signals the reloader of a pod from outside its container, as the node could. */
export async function signalReloader(pod: V1Pod, signal: NodeJS.Signals): Promise<void> {
  const uid = (pod.metadata?.uid ?? '').replaceAll('-', '[-_]');
  const mark = new RegExp(`pod${uid}`);
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [cgroup, command] = await Promise.all([read(`/proc/${entry}/cgroup`), read(`/proc/${entry}/cmdline`)]);
    if (!mark.test(cgroup) || !command.includes('nats-server-config-reloader')) continue;
    process.kill(Number(entry), signal);
    return;
  }
  throw new Error(`no reloader of ${pod.metadata?.name ?? ''} runs on this machine: its nodes are elsewhere`);
}

/** A process may end while it is looked at. */
async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
