import { TooLargeError } from '../../../../src/runtime/byte-budget';
import type { JetStreamReport } from '../../../../src/nats-cluster/jetstream/report';
import { askJetStream, type JetStreamQuery } from '../../../../src/nats-cluster/monitoring/jetstream-report';

const LONG = 'x'.repeat(100_000);
const healthy = { status: 200, body: { status: 'ok' } };

/** What is kept of a server `c-1` that answers so. */
async function ask(
  jsz: unknown,
  { status = 200, health = healthy as { status: number; body: object }, query = 'status' as JetStreamQuery } = {},
): Promise<JetStreamReport> {
  return askJetStream(
    async (path, _maxBytes, take) =>
      Promise.resolve().then(() => take(path === '/healthz' ? health : { status, body: jsz })),
    'c-1',
    query,
  );
}

const unavailable = (error: string) => ({ status: 503, body: { error } });

test('what a server says of its JetStream', async () => {
  const page = {
    ...{ memory: 1, storage: 2, reserved_memory: 3, reserved_storage: 4, streams: 5, consumers: 6 },
    config: { max_memory: 7, max_storage: 8 },
    meta_cluster: {
      ...{ leader: 'c-1', cluster_size: 3 },
      replicas: [
        { name: 'c-2', current: true, active: 12 },
        { name: 'c-3', current: false, offline: true, lag: 9 },
      ],
    },
  };
  expect(await ask(page)).toEqual({
    ...{ answered: true, serverName: 'c-1', state: 'on', problem: undefined },
    metaGroup: {
      ...{ leader: 'c-1', size: 3 },
      replicas: [
        { name: 'c-2', current: true, offline: false, lag: 0 },
        { name: 'c-3', current: false, offline: true, lag: 9 },
      ],
    },
    usage: {
      ...{ memory: 1, storage: 2, maxMemory: 7, maxStorage: 8 },
      ...{ streams: 5, consumers: 6 },
    },
  });
});

test('how the meta group is, only its leader knows', async () => {
  const replicas = [{ name: 'c-1', current: false }];
  expect(await ask({ meta_cluster: { leader: 'c-2', cluster_size: 3, replicas } })).toMatchObject({
    metaGroup: { leader: 'c-2', replicas: [] },
  });
});

test.each<[string, Parameters<typeof ask>, object]>([
  ['its configuration has no JetStream', [{ disabled: true }], { state: 'off' }],
  [
    'it has switched JetStream off',
    [{ disabled: true }, { health: unavailable('JetStream not enabled') }],
    { state: 'disabled', problem: '/healthz answers 503: JetStream not enabled' },
  ],
  ['it has no such page', ['404 page not found', { status: 404 }], { answered: false, reason: '/jsz: status 404' }],
  ['it is too old to say how it is', [{}, { health: { status: 404, body: {} } }], { state: 'on', problem: undefined }],
])('where %s', async (_what, [jsz, how], expected) => {
  expect(await ask(jsz, how)).toMatchObject(expected);
});

describe('of streams and consumers', () => {
  const current = (name: string) => ({ name, current: true });
  const led = (name: string, ...replicas: object[]) => ({ name, cluster: { leader: 'c-1', replicas } });

  /** The page of a server that leads these streams. */
  const page = (streams: readonly unknown[]) => ({
    streams: streams.length,
    account_details: [{ name: 'A', stream_detail: streams }],
  });

  async function assets(streams: readonly unknown[]) {
    const report = await ask(page(streams), { query: 'assets' });
    if (!report.answered || report.assets === undefined) throw new Error('no assets');
    return report.assets;
  }

  test('those that nothing is wrong with are counted, by the servers that have them', async () => {
    const healthyStreams = Array.from({ length: 1_000 }, (_, index) => ({
      ...led(`S${index}`, current('c-2'), current('c-3')),
      consumer_detail: [led('C', current('c-2'), current('c-3'))],
    }));
    expect(await assets(healthyStreams)).toEqual({
      streamsOn: new Map([
        ['c-2', 1_000],
        ['c-3', 1_000],
        ['c-1', 1_000],
      ]),
      ...{ unhealthy: [], omitted: 0 },
    });
  });

  test('what another server leads is left to that one', async () => {
    const other = { name: 'S', cluster: { leader: 'c-2', replicas: [{ name: 'c-3', current: false }] } };
    expect(await assets([other])).toEqual({ streamsOn: new Map(), unhealthy: [], omitted: 0 });
  });

  test('of one that is not healthy all replicas are kept', async () => {
    const { unhealthy } = await assets([led('S', current('c-2'), { name: 'c-3', current: false, lag: 7 })]);
    expect(unhealthy).toEqual([
      {
        ...{ account: 'A', stream: 'S', consumer: undefined, hasLeader: true },
        replicas: [
          { name: 'c-2', current: true, offline: false, lag: 0 },
          { name: 'c-3', current: false, offline: false, lag: 7 },
          { name: 'c-1', current: true, offline: false, lag: 0 },
        ],
      },
    ]);
  });
});

describe('a page with all consumers that is too large', () => {
  const tooLarge = new TooLargeError(4_000_000, '');

  /** The first pages of streams fail so. */
  async function askFailing(...errors: readonly Error[]): Promise<JetStreamReport> {
    const left = [...errors];
    return askJetStream(
      async (path, _maxBytes, take) => {
        if (path === '/healthz') return Promise.resolve(take(healthy));
        const error = left.shift();
        if (error !== undefined) return Promise.reject(error);
        expect(path).not.toContain('consumers');
        return Promise.resolve(take({ status: 200, body: { streams: 1, account_details: [] } }));
      },
      'c-1',
      'assets',
    );
  }

  test('is asked for without them', async () => {
    expect(await askFailing(tooLarge)).toMatchObject({ answered: true, assets: { unhealthy: [] } });
  });

  test('is given up where the streams alone are too many', async () => {
    expect(await askFailing(tooLarge, tooLarge)).toEqual({ answered: false, reason: tooLarge.message });
  });

  test('is not asked for again after any other error', async () => {
    expect(await askFailing(new Error('timeout'))).toEqual({ answered: false, reason: 'timeout' });
  });
});

test('what is kept of a server that says anything is bounded', async () => {
  const replicas = Array.from({ length: 5_000 }, (_, index) => ({ name: `c-${index}`, current: 'yes', lag: -1 }));
  const stream = { name: LONG, cluster: { leader: 'c-1', replicas }, consumer_detail: [7, null, { name: {} }] };
  const streams = [...Array.from({ length: 1_000 }, () => stream), null, 'S', { cluster: 'c-1' }];
  const jsz = {
    ...{ streams: 'many', memory: 1e999, config: [], meta_cluster: { leader: 'c-1', cluster_size: {}, replicas } },
    account_details: [{ name: LONG, stream_detail: streams }, { stream_detail: {} }, 5],
  };
  const report = await ask(jsz, { query: 'assets', health: unavailable(LONG) });
  if (!report.answered || report.assets === undefined) throw new Error('no answer');
  const { unhealthy, omitted, streamsOn } = report.assets;
  expect([unhealthy.length, omitted]).toEqual([50, 1_950]);
  expect(streamsOn.size).toBeLessThanOrEqual(200);
  expect(unhealthy[0]?.replicas.length).toBeLessThanOrEqual(17);
  expect(report.problem?.length).toBeLessThanOrEqual(1_000);
  expect(unhealthy[0]).toMatchObject({ account: '', stream: '' });
  expect(report.metaGroup).toMatchObject({ size: 0 });
  expect(report.metaGroup?.replicas.length).toBe(1_000);
  expect(report.usage).toMatchObject({ streams: 0, memory: 0 });
});

test.each<[string, boolean, object]>([
  ['is behind by what was just written', true, { lag: 5, active: 4_000_000 }],
  ['has not been heard of for seconds', false, { lag: 5, active: 3_000_000_000 }],
  ['has never been heard of', false, { lag: 5, active: 0 }],
  ['is listed before it joins', false, { active: 4_000_000, pending: true }],
])('a replica that %s counts as current: %p', async (_what, current, state) => {
  const replicas = [{ name: 'c-2', current: false, ...state }];
  expect(await ask({ meta_cluster: { leader: 'c-1', cluster_size: 2, replicas } })).toMatchObject({
    metaGroup: { replicas: [{ current }] },
  });
});

test.each([undefined, null, 'text', [], 5])('the body %p is no answer', async body => {
  expect(await ask(body)).toMatchObject({ answered: false });
});
