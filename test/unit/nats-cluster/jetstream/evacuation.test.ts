import { evacuationState, findLostMessages, rememberStreams } from '../../../../src/nats-cluster/jetstream/evacuation';
import { findScaleInProblem } from '../../../../src/nats-cluster/jetstream/scale-in-problem';
import { askJetStream } from '../../../../src/nats-cluster/monitoring/jetstream-report';
import type { ServerReport } from '../../../../src/nats-cluster/observed';

interface Page {
  readonly streams?: number;
  readonly consumers?: number;
  readonly storage?: number;
  /** What it leads. */
  readonly led?: readonly object[];
  readonly health?: string;
}

/** A stream as its leader `c-1` lists it. */
const stream = (replicas: number, others: readonly string[], more: object = {}): object => ({
  name: 'ORDERS',
  config: { num_replicas: replicas },
  state: { messages: 7, last_seq: 70 },
  cluster: { leader: 'c-1', replicas: others.map(name => ({ name, current: true })), ...more },
});

/** What four servers report, which have room for 100 MiB each. */
async function reportsOf(pages: Readonly<Record<string, Page>>): Promise<Map<string, ServerReport>> {
  const entries = ['c-1', 'c-2', 'c-3', 'c-4'].map(async (name): Promise<[string, ServerReport]> => {
    const { led = [], health, ...counts } = pages[name] ?? {};
    const config = { max_storage: 100 * 2 ** 20, max_memory: 2 ** 20 };
    const jsz = { ...counts, config, account_details: [{ name: 'A', stream_detail: led }] };
    const jetstream = await askJetStream(
      async (path, _maxBytes, take) => {
        const isHealth = path === '/healthz';
        const status = isHealth && health !== undefined ? 503 : 200;
        return Promise.resolve(take({ status, body: isHealth ? { error: health } : jsz }));
      },
      name,
      'configurations',
    );
    return [name, { answered: true, serverId: name, routedTo: new Set(), jetstream }];
  });
  return new Map(await Promise.all(entries));
}

const names = ['c-1', 'c-2', 'c-3', 'c-4'];
const stateOf = async (pages: Readonly<Record<string, Page>>) => evacuationState(await reportsOf(pages), names, 'c-4');

describe('a server', () => {
  test('is empty where it says so, and all streams are complete on the others', async () => {
    expect(await stateOf({ 'c-1': { led: [stream(3, ['c-2', 'c-3'])] } })).toEqual({ kind: 'empty' });
  });

  test.each<[string, Record<string, Page>]>([
    ['a leader lists it', { 'c-1': { led: [stream(2, ['c-4'])] } }],
    ['no leader lists it, and it says that it has a stream', { 'c-4': { streams: 1 } }],
    ['no leader lists it, and it says that it has a consumer', { 'c-4': { consumers: 1 } }],
    [
      'a leader lists it for a consumer',
      {
        'c-1': {
          led: [{ ...stream(1, []), consumer_detail: [{ name: 'worker', cluster: { leader: 'c-4', replicas: [] } }] }],
        },
      },
    ],
  ])('is occupied where %s', async (_title, pages) => {
    expect(await stateOf(pages)).toMatchObject({ kind: 'occupied', count: 1 });
  });

  test('is left by a stream that has more replicas than it asks for, or says where it goes', async () => {
    expect(await stateOf({ 'c-1': { led: [stream(1, ['c-4'])] } })).toMatchObject({ isMoving: true });
    expect(await stateOf({ 'c-1': { led: [stream(2, ['c-4'], { desired: {} })] } })).toMatchObject({ isMoving: true });
    expect(await stateOf({ 'c-1': { led: [stream(2, ['c-4'])] } })).toMatchObject({ isMoving: false });
  });

  test.each<[string, Record<string, Page>, string]>([
    [
      'a stream lacks a replica',
      { 'c-1': { led: [stream(3, ['c-2'])] } },
      'stream ORDERS of account A has 2 of 3 replicas',
    ],
    ['a stream goes elsewhere', { 'c-1': { led: [stream(1, ['c-2'])] } }, 'stream ORDERS of account A is on its way'],
    ['another server is not healthy', { 'c-2': { health: 'stream X is not current' } }, 'c-2 is not healthy'],
  ])('is not known to be empty where %s', async (_title, pages, why) => {
    expect(await stateOf(pages)).toEqual({ kind: 'unknown', why: expect.stringContaining(why) as string });
  });

  test('is not known to be empty where another one does not answer', async () => {
    const reports = await reportsOf({});
    reports.set('c-2', { answered: false, reason: 'timeout' });
    expect(evacuationState(reports, names, 'c-4')).toEqual({
      kind: 'unknown',
      why: 'c-2 does not answer for JetStream',
    });
  });
});

test('a stream that has come without its messages is noticed', async () => {
  const before = rememberStreams(undefined, await reportsOf({ 'c-1': { led: [stream(2, ['c-4'])] } }), 'c-4');
  const moved = { 'c-1': { led: [stream(2, ['c-2'])] } };
  expect(findLostMessages(await reportsOf(moved), names, before)).toBeUndefined();
  const emptied = { 'c-1': { led: [{ ...stream(2, ['c-2']), state: { last_seq: 0 } }] } };
  expect(findLostMessages(await reportsOf(emptied), names, before)).toBe(
    'stream ORDERS of account A has lost messages: its last one is 0, and was 70',
  );
  const deleted = rememberStreams(before, await reportsOf({}), 'c-4');
  expect(findLostMessages(await reportsOf({}), names, deleted)).toBeUndefined();
});

describe('fewer servers', () => {
  const problemOf = async (pages: Readonly<Record<string, Page>>, to: number, isBegun = false) =>
    findScaleInProblem('c', { from: 4, to, isBegun }, { servers: await reportsOf(pages) });

  test('cannot hold a stream with more replicas', async () => {
    const pages = { 'c-1': { led: [stream(3, ['c-2', 'c-3'])] } };
    expect(await problemOf(pages, 2)).toContain('stream ORDERS of account A has 3');
    expect(await problemOf(pages, 3)).toBeUndefined();
  });

  const usedBy = (...storage: readonly number[]): Record<string, Page> =>
    Object.fromEntries(storage.map((used, index) => [`c-${index + 1}`, { storage: used * 2 ** 20 }]));

  test('need room for what those that leave use', async () => {
    expect(await problemOf(usedBy(90, 90, 90, 40), 3)).toBe(
      'the servers that stay have 30 MiB of file storage left, and those that leave use 40 MiB; delete messages, or make the storage larger first',
    );
    expect(await problemOf(usedBy(90, 90, 80, 40), 3)).toBeUndefined();
  });

  test('are not refused for what is on both sides while it moves', async () => {
    expect(await problemOf(usedBy(90, 90, 90, 40), 3, true)).toBeUndefined();
  });
});
