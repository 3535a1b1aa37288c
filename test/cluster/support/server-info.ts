import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { waitFor } from './wait-for';

/** What a server says of itself to whoever connects to one of its ports, in the line INFO that each of its protocols begins with. */
export async function serverInfo(host: string, port: number): Promise<Record<string, unknown>> {
  return waitFor(async () => readInfo(host, port), { what: `a server at ${host}:${port}`, deadline: 20_000 });
}

async function readInfo(host: string, port: number): Promise<Record<string, unknown>> {
  const socket = connect({ host, port, timeout: 2_000 });
  socket.on('timeout', () => socket.destroy(new Error('no answer')));
  try {
    const [line] = (await once(createInterface(socket), 'line')) as [string];
    return JSON.parse(line.replace(/^INFO /, '')) as Record<string, unknown>;
  } finally {
    socket.destroy();
  }
}
