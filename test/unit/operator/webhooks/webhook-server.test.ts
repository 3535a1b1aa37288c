import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { reservePorts } from '../../../../tools/toolchain/reserve-ports';
import { onHttpServer } from '../../../../src/operator/shutdown/http-servers';
import { openRequests } from '../../../../src/operator/shutdown/open-requests';
import { WebhookServer } from '../../../../src/operator/webhooks/webhook-server';
import { CHANNELS, type WebhookRecord } from '../../../../src/runtime/telemetry';
import { waitFor } from '../../../cluster/support/wait-for';
import { makeAuthority, makeIdentity, type Identity } from '../../../fixtures/certificates';

const PATH = '/validate/nats-operator';
const MIB = 1_048_576;
/** Two clients of addresses of their own. */
const [FLOOD, API_SERVER] = ['127.0.0.2', '127.0.0.3'];

let authority: Identity;
let serving: Identity;
const agents: Agent[] = [];
const sockets: TLSSocket[] = [];
/** What came through them. */
const received: string[] = [];
const servers: Server[] = [];
const forget = onHttpServer(server => servers.push(server));

beforeAll(async () => {
  authority = await makeAuthority();
  serving = await makeIdentity({ names: ['IP:127.0.0.1'], uses: 'serverAuth' }, authority);
});

afterAll(() => {
  for (const agent of agents) agent.destroy();
  for (const socket of sockets) socket.destroy();
  forget();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Answers with what Pepr would find as the parsed body. */
const echo: RequestListener = (incoming, response) =>
  response.end(JSON.stringify((incoming as IncomingMessage & { body?: unknown }).body ?? null));

/** What the API server sends. */
const review = (object: unknown = {}, uid = 'u'): string => {
  const kind = { group: 'nats.io', version: 'v1alpha2', kind: 'NatsCluster' };
  return JSON.stringify({ request: { uid, kind, operation: 'CREATE', namespace: 'n', name: 'c', object } });
};

/** A server that listens. @returns its port */
async function serve(answer: RequestListener = echo, clientCAs?: string, path = PATH): Promise<number> {
  const [port = 0] = await reservePorts(1);
  const server = new WebhookServer({ paths: new Set([path]), clientCAs });
  server.use({ authorities: authority.cert, certificate: serving.cert, key: serving.key });
  await server.listen(port, answer);
  return port;
}

interface Wish {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
  readonly identity?: Identity;
  readonly agent?: Agent;
}

async function ask(port: number, wish: Wish = {}): Promise<{ status: number | undefined; text: string }> {
  const { path = PATH, method = 'POST', body = review(), headers, from = API_SERVER, identity } = wish;
  const agent = wish.agent ?? new Agent({ keepAlive: false, ca: authority.cert, ...identity });
  agents.push(agent);
  const outgoing = request({
    ...{ host: '127.0.0.1', port, path, method, agent, localAddress: from },
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers },
  });
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, text: Buffer.concat(chunks).toString() };
}

/** Begins a connection and sends that through it. */
async function begin(port: number, text: string, reads = true): Promise<TLSSocket> {
  const plain = connectTcp({ host: '127.0.0.1', port, localAddress: FLOOD });
  const socket = connect({ socket: plain, rejectUnauthorized: false });
  sockets.push(socket);
  socket.on('error', () => undefined);
  if (reads) socket.on('data', (chunk: Buffer) => received.push(chunk.toString()));
  socket.once('secureConnect', () => socket.write(text));
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]).catch(() => undefined);
  return socket;
}

const head = (length: number): string =>
  `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

test('gives the answer of its handler, to which the body is parsed', async () => {
  expect(await ask(await serve())).toEqual({ status: 200, text: review() });
});

test('records each admission request with its path and status code, and no other request', async () => {
  const records: WebhookRecord[] = [];
  // A connection of another test may close, and be recorded, during this one.
  const webhook = '/validate/recorded';
  const record = (message: unknown): void => {
    const entry = message as WebhookRecord;
    if (entry.webhook === webhook) records.push(entry);
  };
  subscribe(CHANNELS.webhook, record);
  const port = await serve(echo, undefined, webhook);
  await ask(port, { path: webhook });
  await ask(port, { path: webhook, body: '{' });
  await ask(port, { path: '/mutate/else' });
  await waitFor(() => records.length === 5, { what: 'both requests to be recorded' });
  unsubscribe(CHANNELS.webhook, record);
  const done = { kind: 'done', webhook, seconds: expect.any(Number) as number };
  expect(records).toEqual([
    { kind: 'registered', webhook },
    { kind: 'started', webhook },
    { ...done, code: '200' },
    { kind: 'started', webhook },
    { ...done, code: '400' },
  ]);
});

test.each<[string, Wish, number]>([
  ['another path', { path: '/mutate/else' }, 404],
  ['another method', { method: 'PUT' }, 404],
  ['a body that is no JSON', { body: '{' }, 400],
  ['a body that is no review', { body: '{}' }, 400],
  ['a review with a long name', { body: review({}, 'u'.repeat(300)) }, 400],
  ['a body of more than 5 MiB', { body: '', headers: { 'content-length': String(5 * MIB + 1) } }, 413],
])('refuses %s', async (_what, wish, status) => {
  expect(await ask(await serve(), wish)).toMatchObject({ status });
});

test('rejects a body of unknown length', async () => {
  await begin(await serve(), `POST ${PATH} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
  await waitFor(() => received.join('').includes('HTTP/1.1 411'), { what: 'the refusal' });
});

test('asks for a certificate of the client, for reviews alone, where CAs of clients are configured', async () => {
  const clients = await makeAuthority('clients');
  const [known, strange] = [
    await makeIdentity({ commonName: 'kube-apiserver', uses: 'clientAuth' }, clients),
    await makeIdentity({ commonName: 'kube-apiserver', uses: 'clientAuth' }, authority),
  ];
  const port = await serve(echo, clients.cert);
  expect(await ask(port, { identity: known })).toMatchObject({ status: 200 });
  expect(await ask(port, { identity: strange })).toMatchObject({ status: 401 });
  expect(await ask(port)).toMatchObject({ status: 401 });
  expect(await ask(port, { method: 'GET', path: '/healthz', body: '' })).toMatchObject({ status: 200 });
});

test('six hundred connections that never end their request block no other clients', async () => {
  const port = await serve();
  await Promise.all(Array.from({ length: 600 }, async () => begin(port, head(100))));
  expect(await ask(port)).toMatchObject({ status: 200 });
  await waitFor(() => sockets.filter(socket => !socket.destroyed).length <= 512, { what: 'the others to be closed' });
});

test('bodies that never end take no more than their share of the memory', async () => {
  const port = await serve();
  const open = await Promise.all(
    Array.from({ length: 20 }, async () => begin(port, head(4 * MIB) + 'x'.repeat(3 * MIB))),
  );
  await waitFor(() => open.filter(socket => !socket.destroyed).length <= 11, { what: 'some to be closed' });
  expect(await ask(port, { body: review('x'.repeat(4 * MIB)) })).toMatchObject({ status: 200 });
});

test('one request waits for a few of another address, not for all of them', async () => {
  const order: string[] = [];
  const port = await serve((incoming, response) => {
    order.push(incoming.socket.remoteAddress?.replace('::ffff:', '') ?? '');
    setTimeout(() => response.end('{}'), 50);
  });
  const agent = new Agent({ keepAlive: true, ca: authority.cert });
  await ask(port, { agent });
  const flood = Array.from({ length: 100 }, async () => ask(port, { from: FLOOD }));
  await waitFor(() => order.length > 20, { what: 'some to be answered', interval: 1 });
  const before = order.length;
  await ask(port, { agent });
  expect(order.lastIndexOf(API_SERVER) - before).toBeLessThan(20);
  await Promise.all(flood);
  expect(order.filter(address => address === FLOOD)).toHaveLength(100);
});

test('rejects a body that comes with a GET, and one of too many values', async () => {
  const port = await serve();
  expect(await ask(port, { method: 'GET', path: '/healthz', body: '{}' })).toMatchObject({ status: 400 });
  expect(await ask(port, { body: review(Array(250_001).fill(0)) })).toMatchObject({ status: 413 });
});

test('a client that does not read the answers blocks no others', async () => {
  const port = await serve((_incoming, response) => response.end('x'.repeat(MIB)));
  const slow = Array.from({ length: 8 }, async () => begin(port, `GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n`, false));
  await Promise.all(slow);
  const since = performance.now();
  expect(await ask(port)).toMatchObject({ status: 200 });
  expect(performance.now() - since).toBeLessThan(5_000);
});

test('closes a connection whose next request comes before the last is answered', async () => {
  const port = await serve((_incoming, response) => setTimeout(() => response.end('{}'), 1_000));
  const socket = await begin(port, 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100));
  await waitFor(() => socket.destroyed, { what: 'it to be closed' });
});

test('a session that is resumed without a certificate stands for none', async () => {
  const port = await serve(echo, authority.cert);
  let session: Buffer | undefined;
  const answers: string[] = [];
  for (const isResumed of [false, true]) {
    const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, ...(session && { session }) });
    sockets.push(socket);
    socket.on('session', (given: Buffer) => (session = given));
    await once(socket, 'secureConnect');
    expect(socket.isSessionReused()).toBe(isResumed);
    socket.write(`${head(2)}{}`);
    answers.push(String((await once(socket, 'data'))[0]).slice(0, 12));
    socket.destroy();
  }
  expect(answers).toEqual(['HTTP/1.1 401', 'HTTP/1.1 401']);
});

test('pipelined requests of a connection that ends block no others, and are not kept', async () => {
  const open = openRequests();
  const port = await serve((_incoming, response) => void setTimeout(() => response.end('{}'), 30));
  const health = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n';
  for (const requests of [health.repeat(8), `PUT / HTTP/1.1\r\nhost: x\r\n\r\n${health}`]) {
    const socket = await begin(port, requests);
    await waitFor(() => open() > 0 || socket.destroyed, { what: 'the requests', interval: 1 });
    socket.destroy();
  }
  const since = performance.now();
  expect(await ask(port)).toMatchObject({ status: 200 });
  expect(performance.now() - since).toBeLessThan(5_000);
  await waitFor(() => open() === 0, { what: 'no request to be open' });
});

test('one request after the other is answered through the same connection', async () => {
  const port = await serve((_incoming, response) => void setImmediate(() => response.end('{}')));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert });
  const begun = new Set<unknown>();
  for (let count = 0; count < 100; count += 1) {
    expect(await ask(port, { agent })).toMatchObject({ status: 200 });
    for (const sockets of Object.values(agent.freeSockets)) sockets?.forEach(socket => begun.add(socket));
  }
  expect(begun.size).toBe(1);
});
