import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { TooLargeError } from '../../../../src/runtime/byte-budget';
import { monitorHttp } from '../../../../src/nats-cluster/monitoring/monitor-http';

const TIMEOUT = 100;
const PIECE = Buffer.alloc(100_000, ' ');

/** A monitor that answers with pieces, which it is asked to write, until nobody listens any more. */
async function monitor(write: (response: ServerResponse) => void): Promise<{ server: Server; url: URL }> {
  const server = createServer((_, response) => write(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/routez`) };
}

async function ask(write: (response: ServerResponse) => void, timeout: number): Promise<unknown> {
  const { server, url } = await monitor(write);
  try {
    return (await monitorHttp(timeout).send(url, { method: 'GET' })).body;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Writes on and on, as fast as it is read. */
function flood(response: ServerResponse): void {
  while (response.write(PIECE));
  response.once('drain', () => flood(response));
}

/** Writes a byte before the reader would lose patience with the next. */
function drip(response: ServerResponse): void {
  const tap = setInterval(() => response.write(' '), TIMEOUT / 4);
  response.once('close', () => clearInterval(tap));
}

test('an answer is taken', async () => {
  await expect(ask(response => response.end('{"server_id": "A"}'), 5_000)).resolves.toEqual({ server_id: 'A' });
});

test('a redirect leads nowhere: nothing else is asked for', async () => {
  const asked: string[] = [];
  const { server, url } = await monitor(response => response.end());
  server.removeAllListeners('request');
  server.on('request', ({ url: path = '' }, response: ServerResponse) => {
    asked.push(path);
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await expect(monitorHttp(5_000).send(url, { method: 'GET' })).resolves.toMatchObject({ status: 302 });
  expect(asked).toEqual(['/routez']);
  server.closeAllConnections();
  server.close();
});

test('an answer without an end is not held in memory', async () => {
  await expect(ask(flood, 10_000)).rejects.toThrow(TooLargeError);
});

test('an answer that comes a byte now and then is not waited for', async () => {
  await expect(ask(drip, TIMEOUT)).rejects.toThrow(/timeout/i);
});

test('an answer of more values than any server has is not parsed', async () => {
  const empty = `[${'{},'.repeat(1_000_000)}{}]`;
  await expect(ask(response => response.end(empty), 10_000)).rejects.toThrow(
    'the response has more than 250000 values',
  );
});
