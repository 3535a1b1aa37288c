import type { V1Pod } from '@kubernetes/client-node';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';

/** Kills the nats-server of a pod. */
export const killServer = async (pod: V1Pod): Promise<void> => signalProcess(pod, 'nats-server', 'SIGKILL');

/** Signals a program of a pod from outside its container, as the node would: from inside, its first process can't be killed. */
export async function signalProcess(pod: V1Pod, program: string, signal: NodeJS.Signals): Promise<void> {
  const uid = (pod.metadata?.uid ?? '').replaceAll('-', '[-_]');
  const mark = new RegExp(`pod${uid}`);
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [cgroup, command] = await Promise.all([read(`/proc/${entry}/cgroup`), read(`/proc/${entry}/cmdline`)]);
    if (!mark.test(cgroup) || !command.includes(program)) continue;
    process.kill(Number(entry), signal);
    return;
  }
  throw new Error(`no process of ${pod.metadata?.name ?? ''} runs on this machine: its nodes are elsewhere`);
}

/** A process may end while it is looked at. */
async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

const MESSAGE = Buffer.alloc(1_000_000, 'x');
const SLOW_SUBSCRIBERS = 4;
const MESSAGES = 100;

/** Makes a server hold more than its memory: subscribers that never read, and a publisher of large messages. Returns when the server hangs up. */
export async function exhaustMemory(pod: V1Pod): Promise<void> {
  const sockets = Array.from({ length: SLOW_SUBSCRIBERS + 1 }, () => connect(4222, pod.status?.podIP ?? ''));
  const [publisher, ...subscribers] = sockets;
  if (publisher === undefined) return;
  for (const socket of sockets) socket.on('error', () => undefined);
  try {
    await Promise.all(sockets.map(async socket => once(socket, 'connect')));
    for (const subscriber of subscribers) {
      subscriber.pause();
      subscriber.write('CONNECT {"verbose":false}\r\nSUB flood 1\r\n');
    }
    await publishUntilHungUp(publisher);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Ends when the server has closed the connection or can't be reached any more. */
async function publishUntilHungUp(publisher: Socket): Promise<void> {
  const hungUp = new Promise<void>(resolve => publisher.once('close', () => resolve()));
  publisher.resume();
  publisher.write('CONNECT {"verbose":false}\r\n');
  for (let sent = 0; sent < MESSAGES && !publisher.destroyed; sent += 1) {
    publisher.write(`PUB flood ${MESSAGE.length}\r\n`);
    publisher.write(MESSAGE);
    if (publisher.write('\r\n')) continue;
    await Promise.race([new Promise<void>(resolve => publisher.once('drain', () => resolve())), hungUp]);
  }
  await hungUp;
}
