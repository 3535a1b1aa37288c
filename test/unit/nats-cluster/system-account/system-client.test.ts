import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { nkeys } from '@nats-io/transport-node';
import { SystemClient } from '../../../../src/nats-cluster/system-account/system-client';
import type { SystemRequestError } from '../../../../src/nats-cluster/system-account/system-request-error';

const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
const INFO = { server_id: 'N', server_name: 'c-1', version: '2.15.2', proto: 1, headers: true, max_payload: 1_048_576 };

let server: Server | undefined;
let client: SystemClient | undefined;
const sockets = new Set<Socket>();

afterEach(() => {
  client?.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

/** A client of a server that is whatever an image makes of it. */
async function clientOf(behave: (socket: Socket) => void, request = 2_000): Promise<SystemClient> {
  server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined));
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return (client = new SystemClient({ servers: [`127.0.0.1:${port}`], seed }, { connect: 2_000, request }));
}

/** Sends that again and again, as fast as it is taken. */
function flood(socket: Socket, text: string): void {
  const send = (): void => {
    while (!socket.destroyed && socket.write(text));
    if (!socket.destroyed) socket.once('drain', send);
  };
  send();
}

/** Speaks the protocol as far as a request, and answers it by the bytes that `answer` makes of where it is sent. */
const answering =
  (answer: (reply: string, socket: Socket) => void, info: object = INFO) =>
  (socket: Socket): void => {
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    let sid = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      sid = /SUB \S+ (\S+)/.exec(text)?.[1] ?? sid;
      if (/^PING/m.test(text)) socket.write('PONG\r\n');
      const reply = /^H?PUB \S+ (_INBOX\S+)/m.exec(text)?.[1];
      if (reply !== undefined) answer(`${reply} ${sid}`, socket);
    });
  };

const message = (reply: string, text: string): string => `MSG ${reply} ${Buffer.byteLength(text)}\r\n${text}\r\n`;
const saying = (text: string) => answering((reply, socket) => socket.write(message(reply, text)));

const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as SystemRequestError).failure,
  );

test('an endless first line ends the connection', async () => {
  const hostile = await clientOf(socket => flood(socket, 'x'.repeat(65_536)));
  await expect(hostile.serverInfo()).rejects.toMatchObject({
    failure: 'Unreachable',
    message: expect.stringMatching(/more than 256000 bytes/) as string,
  });
});

test('an endless answer ends the connection', async () => {
  const hostile = await clientOf(
    answering((reply, socket) => {
      socket.write(`MSG ${reply} 999999999\r\n`);
      flood(socket, 'x'.repeat(65_536));
    }),
    20_000,
  );
  expect(await failureOf(hostile.removePeer('c-2'))).toBe('Unreachable');
});

test.each<[string, (socket: Socket) => void]>([
  ['from the start', () => undefined],
  ['to a request', answering(() => undefined)],
])('silence %s is no answer', async (_title, behave) => {
  expect(await failureOf((await clientOf(behave, 200)).removePeer('c-2'))).toBe('NoAnswer');
});

test.each([
  ['no JSON', 'x'],
  ['no object', '[]'],
  ['too long', `{"error":"${'x'.repeat(1_000_000)}"}`],
  ['too many values', `[${'0,'.repeat(30_000)}0]`],
])('an answer that is %s is invalid', async (_title, text) => {
  expect(await failureOf((await clientOf(saying(text))).removePeer('c-2'))).toBe('InvalidAnswer');
});

test.each([
  ['names that are none', '{"total":1,"streams":[1]}'],
  ['no total', '{"streams":[]}'],
  ['more streams than anybody has', '{"total":1000000,"streams":["a"]}'],
])('a list of streams with %s is invalid', async (_title, text) => {
  expect(await failureOf((await clientOf(saying(text))).streamNames('$G'))).toBe('InvalidAnswer');
});

test('a list that says it goes on, and does not, ends', async () => {
  const endless = await clientOf(saying('{"total":5,"streams":["a","b"]}'));
  expect(await endless.streamNames('$G')).toStrictEqual(['a', 'b']);
});

test('an error has its code, and only the first words of its description', async () => {
  const error = { err_code: 10202, code: 400, description: 'x'.repeat(10_000) };
  const refusing = await clientOf(saying(JSON.stringify({ error })));
  const refused = await refusing.removePeer('c-2').catch((reason: unknown) => reason as SystemRequestError);
  expect(refused).toMatchObject({ failure: 'Refused', code: 10202 });
  expect((refused as Error).message.length).toBeLessThan(600);
});

test('a server that is none has no id', async () => {
  const odd = await clientOf(answering(() => undefined, { ...INFO, server_id: 'N'.repeat(100) }));
  expect(await failureOf(odd.evacuate('c-2'))).toBe('InvalidAnswer');
});

test.each(['', 'a.b', 'a b', '*', '>', 'a\r\nPUB x'])(
  'the stream name %j is not made part of a subject',
  async name => {
    const untouched = await clientOf(() => undefined);
    expect(await failureOf(untouched.moveStream('$G', name, { server: 'c-1' }))).toBe('Unsupported');
  },
);

test('nobody there is unreachable, and the seed is in no error', async () => {
  const nobody = new SystemClient({ servers: ['127.0.0.1:1'], seed });
  const error = await nobody.serverInfo().catch((reason: unknown) => reason as SystemRequestError);
  expect(error).toMatchObject({ failure: 'Unreachable' });
  expect(`${(error as Error).message}${(error as Error).stack ?? ''}`).not.toContain(seed);
});
