import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
/** Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere) and to whoever asks for any port. */
const FIRST = 20_000;
const COUNT = 10_000;

/**
 * That many different TCP ports of loopback that nothing listens on, and that no other process of this project on this machine is given
 * until this one ends: for programs that have to be told their port, or whose port others have to know before they run.
 *
 * Each is claimed by holding the UDP port of its number, which the kernel gives to one process at a time and takes back however that process ends.
 *
 * @param from the port to try first
 */
export async function reservePorts(count: number, from = anyPort()): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count && tried < COUNT; tried += 1) {
    const port = FIRST + ((from - FIRST + tried) % COUNT);
    if (await claim(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`no ${count} ports from ${FIRST} to ${FIRST + COUNT - 1} are free`);
  return ports;
}

/** One such port. */
export async function reservePort(): Promise<number> {
  const [port = 0] = await reservePorts(1);
  return port;
}

/** So that processes that start together seldom try the same ones. */
const anyPort = (): number => FIRST + Math.floor(Math.random() * COUNT);

async function claim(port: number): Promise<boolean> {
  const claimed = createSocket('udp4').unref();
  if (!(await isBound(claimed, port))) return false;
  if (await isFree(port)) return true;
  claimed.close();
  return false;
}

async function isBound(socket: Socket, port: number): Promise<boolean> {
  try {
    socket.bind({ port, address: HOST, exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  }
}

/** Whether a server could listen there, or on the same port of all addresses. */
async function isFree(port: number): Promise<boolean> {
  for (const host of ['0.0.0.0', HOST]) {
    const server = createServer();
    try {
      server.listen({ port, host, exclusive: true });
      await once(server, 'listening');
    } catch {
      return false;
    }
    await once(server.close(), 'close');
  }
  return true;
}
