import * as fc from 'fast-check';
import {
  findJetStreamBlocker,
  findLostQuorum,
  findStoppedBlocker,
  jetStreamStates,
} from '../../../../src/nats-cluster/jetstream/quorum-gate';
import type { Ages, ServerReport } from '../../../../src/nats-cluster/observed';
import { nameOf, numbers, reportsOf, type Model, type ModelAsset, type ModelReplica, type ModelStream } from './model';

const members = (size: number, outdated: readonly number[]): { name: string; outdated: boolean }[] =>
  numbers(size).map(server => ({ name: nameOf(server), outdated: outdated.includes(server) }));

/** The answers have been the same for so long. */
function agesOf(reports: ReadonlyMap<string, ServerReport>, milliseconds: number): Ages {
  return new Map(jetStreamStates(reports, [...reports.keys()]).map(([part]) => [part, milliseconds]));
}

/** Why the server can't be lost, after answers that have been the same for long enough; the last one, if it is not named. */
async function blocker(model: Model, leaving = model.size, outdated = [leaving]): Promise<string | undefined> {
  const reports = await reportsOf(model);
  const ages = agesOf(reports, 15_000);
  return findJetStreamBlocker(reports, members(model.size, outdated), { name: nameOf(leaving) }, ages);
}

const stream = (leader: number | undefined, replicas: readonly ModelReplica[], name = 'ORDERS'): ModelStream => ({
  name,
  leader,
  replicas,
});
const on = (...servers: readonly number[]): ModelReplica[] => servers.map(server => ({ server }));
const behind = (server: number, lag: number): ModelReplica => ({ server, current: false, lag });
const offline = (server: number): ModelReplica => ({ server, current: false, offline: true });
const stale = (server: number): ModelReplica => ({ server, current: false });

const ledElsewhere: Model = { size: 3, meta: { leader: 9, size: 6, replicas: on(1, 2, 3, 7, 8, 9) } };

describe('a server may go', () => {
  test.each<[string, Model & { readonly leaving?: number }]>([
    ['where there are no streams', { size: 3 }],
    ['that leads the meta group, whose others are current', { size: 3, leaving: 1 }],
    ['where all replicas are current', { size: 3, streams: [stream(1, on(1, 2, 3))] }],
    ['that leads streams with current replicas', { size: 3, streams: [stream(3, on(1, 2, 3))] }],
    ['that is behind itself', { size: 3, streams: [stream(1, [...on(1, 2), behind(3, 5_000)])] }],
    ['that is offline itself', { size: 3, streams: [stream(1, [...on(1, 2), offline(3)])] }],
    ['that has the only replica of a stream', { size: 3, streams: [stream(3, on(3))] }],
    ['that has one of two replicas, as the other is current', { size: 3, streams: [stream(3, on(2, 3))] }],
    [
      'with one of five replicas down elsewhere',
      { size: 6, streams: [stream(1, [...on(1, 2, 3), stale(4), { server: 6 }])] },
    ],
    ['that has no replica of an unhealthy stream', { size: 4, streams: [stream(1, [...on(1, 2), stale(3)])] }],
    [
      'with a few entries under way',
      { size: 3, streams: [stream(1, [{ server: 1 }, { server: 2, lag: 1_000 }, { server: 3 }])] },
    ],
    [
      'while a busy replica has not acknowledged the newest entries yet',
      { size: 3, streams: [stream(1, [{ server: 1 }, { ...behind(2, 20), active: 2 }, { server: 3 }])] },
    ],
    ['that is not in the meta group yet', { size: 3, meta: { leader: 1, size: 2, replicas: on(1, 2) } }],
    ['that does not answer itself', { size: 3, silent: [3] }],
    ['that is not healthy itself', { size: 3, problems: { 3: 'JetStream is not current with the meta leader' } }],
    ['that has switched JetStream off', { size: 3, disabled: [3] }],
    ['that is the only one', { size: 1, problems: { 1: 'JetStream stream is not current' } }],
    ['while the meta leader is a server of another cluster', ledElsewhere],
    [
      'though a follower can not say whether the replicas of a consumer are current',
      { size: 3, streams: [{ ...stream(1, on(1, 2, 3)), consumers: [{ leader: 2, replicas: on(1, 2, 3) }] }] },
    ],
  ])('%s', async (_what, model) => {
    expect(await blocker(model, model.leaving)).toBeUndefined();
  });
});

describe('rule 1: every other server answers and is healthy', () => {
  test.each<[string, Model, string]>([
    ['does not answer', { size: 3, silent: [2] }, 'c-2 does not answer for JetStream: timeout'],
    [
      'is not healthy',
      { size: 3, problems: { 1: "JetStream stream 'A > ORDERS' is not current" } },
      "c-1 is not healthy: /healthz answers 503: JetStream stream 'A > ORDERS' is not current",
    ],
    [
      'has switched JetStream off',
      { size: 3, disabled: [2] },
      'c-2 has switched JetStream off: /healthz answers 503: JetStream not enabled',
    ],
  ])('%s', async (_what, model, why) => {
    expect(await blocker(model)).toBe(why);
  });
});

describe('rule 2: the meta group, as its leader sees it', () => {
  test.each<[string, Model['meta'], string]>([
    ['has no leader', { leader: undefined, replicas: on(1, 2, 3) }, 'JetStream has no meta leader'],
    [
      'lacks a server that has just come back',
      { leader: 1, size: 2, replicas: on(1, 3) },
      'c-2 is not in the meta group of JetStream yet',
    ],
    [
      'waits for a server to catch up',
      { leader: 1, replicas: [{ server: 1 }, behind(2, 12), { server: 3 }] },
      'the meta group of JetStream has 2 of 3 servers current: c-2 is 12 behind',
    ],
    [
      'still counts a server that was removed',
      { leader: 1, size: 4, replicas: [...on(1, 2, 3), offline(4)] },
      'the meta group of JetStream has 3 of 4 servers current: c-4 is offline; a peer that is gone for good has to be removed (nats server cluster peer-remove)',
    ],
    [
      'counts servers that it has never seen',
      { leader: 1, size: 5, replicas: on(1, 2, 3) },
      'the meta group of JetStream has 3 of 5 servers current',
    ],
  ])('%s', async (_what, meta, why) => {
    expect(await blocker({ size: 3, ...(meta && { meta }) })).toBe(why);
  });

  test('the leader is the server that is to go, which does not answer', async () => {
    const meta = { leader: 3, replicas: on(1, 2, 3) };
    expect(await blocker({ size: 3, meta, silent: [3] })).toBe(
      'c-3, which leads the meta group of JetStream, does not say how it is',
    );
  });

  test('two servers say that they lead it', async () => {
    const [one, other] = [
      await reportsOf({ size: 3 }),
      await reportsOf({ size: 3, meta: { leader: 2, replicas: on(1, 2, 3) } }),
    ];
    const mixed = new Map(
      [...one].map(([name, report]) => [name, name === 'c-2' ? (other.get(name) ?? report) : report]),
    );
    expect(findJetStreamBlocker(mixed, members(3, [3]), { name: 'c-3' }, agesOf(mixed, 1_000))).toBe(
      'both c-1 and c-2 say that they lead the meta group of JetStream',
    );
  });
});

describe('rule 3: streams and consumers, as their leaders see them', () => {
  test.each<[string, ModelStream, string]>([
    [
      'a replica is behind',
      stream(1, [{ server: 1 }, behind(2, 1_234), { server: 3 }]),
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is 1234 behind',
    ],
    [
      'the replicas that stay behind the leader that goes are not current',
      stream(3, [{ server: 3 }, stale(1), { server: 2 }]),
      'stream ORDERS of account A has 2 of 3 replicas current: c-1 is not current',
    ],
    [
      'a current replica is too far behind',
      stream(1, [{ server: 1 }, { server: 2, lag: 1_001 }, { server: 3 }]),
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is 1001 behind',
    ],
    [
      'a replica has not been heard of for seconds',
      stream(1, [{ server: 1 }, { ...behind(2, 20), active: 3_000 }, { server: 3 }]),
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is 20 behind',
    ],
    [
      'a replica that is heard of is too far behind',
      stream(1, [{ server: 1 }, { ...behind(2, 1_234), active: 2 }, { server: 3 }]),
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is 1234 behind',
    ],
    [
      'a replica is offline',
      stream(1, [{ server: 1 }, offline(2), { server: 3 }]),
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is offline',
    ],
    [
      'the other of two replicas is not current',
      stream(3, [stale(1), { server: 3 }]),
      'stream ORDERS of account A has 1 of 2 replicas current: c-1 is not current',
    ],
    [
      'a replica of a consumer is behind',
      { ...stream(1, on(1, 2, 3)), consumers: [{ leader: 1, replicas: [{ server: 1 }, behind(2, 7), { server: 3 }] }] },
      'consumer consumer-0 of stream ORDERS of account A has 2 of 3 replicas current: c-2 is 7 behind',
    ],
    [
      'a replica of a consumer with another leader is offline',
      { ...stream(1, on(1, 2, 3)), consumers: [{ leader: 3, replicas: [{ server: 1 }, offline(2), { server: 3 }] }] },
      'consumer consumer-0 of stream ORDERS of account A has 2 of 3 replicas current: c-2 is offline',
    ],
    [
      'a consumer has no leader',
      { ...stream(1, on(1, 2, 3)), consumers: [{ leader: undefined, replicas: on(1, 2, 3) }] },
      'consumer consumer-0 of stream ORDERS of account A has no leader',
    ],
  ])('%s', async (_what, broken, why) => {
    expect(await blocker({ size: 3, streams: [broken] })).toBe(why);
  });

  test('three are named, and the others counted', async () => {
    const broken = numbers(300).map(number => stream(1, [{ server: 1 }, stale(2), { server: 3 }], `S${number}`));
    const described = (name: string): string =>
      `stream ${name} of account A has 2 of 3 replicas current: c-2 is not current`;
    expect(await blocker({ size: 3, streams: broken })).toBe(
      [...['S1', 'S2', 'S3'].map(described), '297 more streams and consumers'].join('; '),
    );
  });
});

describe('rule 4: absence is no proof', () => {
  test('a stream without a leader is in no list of one', async () => {
    const streams = [stream(1, on(1, 2, 3)), stream(undefined, on(1, 2, 3), 'LOST')];
    expect(await blocker({ size: 3, streams })).toBe('1 of 2 streams on c-1 have no leader that is known');
  });

  test('nor is one whose leader does not say so', async () => {
    expect(await blocker({ size: 3, streams: [stream(3, on(1, 2, 3))], silent: [3] })).toBe(
      '1 of 1 streams on c-1 have no leader that is known',
    );
  });
});

describe('JetStream has to stay healthy', () => {
  test('for a second', async () => {
    const reports = await reportsOf({ size: 3 });
    const [all, leaving] = [members(3, [3]), { name: 'c-3' }];
    const why = 'JetStream has to stay healthy for 1 s before c-3 may go';
    expect(findJetStreamBlocker(reports, all, leaving)).toBe(why);
    expect(findJetStreamBlocker(reports, all, leaving, agesOf(reports, 999))).toBe(why);
    expect(findJetStreamBlocker(reports, all, leaving, agesOf(reports, 1_000))).toBeUndefined();
  });

  test('for longer where another cluster has the meta leader: a lost one is still named for a while', async () => {
    const [own, elsewhere] = [await reportsOf({ size: 3 }), await reportsOf(ledElsewhere)];
    const [all, leaving] = [members(3, [3]), { name: 'c-3' }];
    const why = 'JetStream has to stay healthy for 15 s before c-3 may go';
    expect(findJetStreamBlocker(elsewhere, all, leaving, agesOf(elsewhere, 14_999))).toBe(why);
    expect(findJetStreamBlocker(elsewhere, all, leaving, agesOf(elsewhere, 15_000))).toBeUndefined();
    const states = [own, elsewhere].map(reports => jetStreamStates(reports, [...reports.keys()]));
    expect(states[0]).not.toEqual(states[1]);
  });

  test('as seen for each server by itself, where they were queried', async () => {
    const reports = await reportsOf({ size: 3, streams: [stream(1, [...on(1, 2), stale(3)])] });
    expect(jetStreamStates(reports, ['c-1', 'c-2', 'c-3'])).toEqual([
      ['JetStream without c-1', expect.stringMatching('^loses')],
      ['JetStream without c-2', expect.stringMatching('^loses')],
      ['JetStream without c-3', expect.stringMatching('^keeps')],
    ]);
    expect(jetStreamStates(new Map(), ['c-1'])).toEqual([]);
    const [fewer, all] = [await reportsOf({ size: 3, without: [1] }), await reportsOf({ size: 3 })];
    expect(jetStreamStates(fewer, ['c-1', 'c-2'])).not.toEqual(jetStreamStates(all, ['c-1', 'c-2']));
  });
});

describe('where JetStream is being switched on', () => {
  const noLeader = { leader: undefined, replicas: on(3) };

  test.each<[string, Model, number]>([
    ['the first server', { size: 3, without: [1, 2, 3] }, 3],
    [
      'the second, while there can be no meta leader',
      { size: 3, without: [1, 2], meta: noLeader, problems: { 3: 'no leader' } },
      2,
    ],
    ['one that has it, if it is to be replaced again', { size: 3, without: [1, 2], meta: noLeader }, 3],
  ])('%s may go', async (_what, model, leaving) => {
    expect(await blocker(model, leaving, numbers(leaving))).toBeUndefined();
  });

  test('the last waits for the others to have a meta leader, but not for ever', async () => {
    const reports = await reportsOf({ size: 3, without: [1], meta: { leader: undefined, replicas: on(2, 3) } });
    const find = (milliseconds: number): string | undefined =>
      findJetStreamBlocker(reports, members(3, [1]), { name: 'c-1' }, agesOf(reports, milliseconds));
    expect(find(59_999)).toBe('JetStream has no meta leader');
    expect(find(60_000)).toBeUndefined();
  });

  test('the last may go once they have', async () => {
    expect(
      await blocker({ size: 3, without: [1], meta: { leader: 3, size: 3, replicas: on(2, 3) } }, 1),
    ).toBeUndefined();
  });

  test('one of a majority that has it may not go while that is not healthy', async () => {
    const model: Model = { size: 3, without: [1], problems: { 2: 'not current' } };
    expect(await blocker(model, 3, [1, 3])).toBe('c-2 is not healthy: /healthz answers 503: not current');
  });

  test('a server that has switched it off by itself is not one without it', async () => {
    expect(await blocker({ size: 3, disabled: [1, 2] }, 3, [1, 2, 3])).toMatch(/^c-1 has switched JetStream off/);
  });
});

describe('a server that is not ready, and was not asked,', () => {
  const notReady = async (model: Model): Promise<string | undefined> => {
    const reports = await reportsOf(model);
    reports.delete(nameOf(model.size));
    return findLostQuorum(reports, members(model.size, []), { name: nameOf(model.size) });
  };

  test.each<[string, Model]>([
    ['is behind like another one', { size: 3, streams: [stream(1, [{ server: 1 }, stale(2), stale(3)])] }],
    ['is down', { size: 3, streams: [stream(1, [...on(1, 2), offline(3)])] }],
    ['leaves enough', { size: 3, streams: [stream(1, on(1, 2, 3))] }],
    ['may have led what nobody leads', { size: 3, streams: [stream(3, on(1, 2, 3))], problems: { 1: 'not current' } }],
    ['is of a cluster whose servers say nothing', { size: 3, silent: [1, 2] }],
  ])('may go where it %s', async (_what, model) => {
    expect(await notReady(model)).toBeUndefined();
  });

  test('may not go while a stream has its quorum by it', async () => {
    expect(await notReady({ size: 3, streams: [stream(1, [{ server: 1 }, stale(2), { server: 3 }])] })).toBe(
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is not current',
    );
  });
});

describe('a server that has stopped storing', () => {
  const full = "JetStream stream 'A > ORDERS' write error: no space left on device";
  const stopped = async (model: Model): Promise<string | undefined> =>
    findStoppedBlocker(await reportsOf(model), members(model.size, []), { name: nameOf(model.size) });

  test.each<[string, Model]>([
    ['all others have as well', { size: 3, streams: [stream(1, on(1, 2, 3))], problems: { 1: full, 2: full } }],
    ['nobody leads its stream', { size: 3, streams: [stream(undefined, on(1, 2, 3))], problems: { 1: full } }],
    ['nobody leads the meta group', { size: 3, meta: { leader: undefined, replicas: on(1, 2, 3) } }],
    ['it has switched JetStream off', { size: 3, meta: { leader: 1, replicas: on(1, 2) }, disabled: [3] }],
  ])('is restarted where %s', async (_what, model) => {
    expect(await stopped(model)).toBeUndefined();
  });

  test.each<[string, Model, string]>([
    [
      'the meta group has its quorum by it',
      { size: 3, meta: { leader: 1, replicas: [...on(1), stale(2), ...on(3)] } },
      'the meta group of JetStream has 2 of 3 servers current: c-2 is not current',
    ],
    [
      'a stream has its quorum by it',
      { size: 3, streams: [stream(1, [...on(1), stale(2), ...on(3)])] },
      'stream ORDERS of account A has 2 of 3 replicas current: c-2 is not current',
    ],
  ])('waits while %s', async (_what, model, why) => {
    expect(await stopped(model)).toBe(why);
  });

  test('waits until all are asked for their streams', async () => {
    const reports = [...(await reportsOf({ size: 3 }))].map(([name, report]): [string, ServerReport] => {
      if (!report.answered || !report.jetstream?.answered) throw new Error('all servers of the model answer');
      const { assets, ...status } = report.jetstream;
      expect(assets).toBeDefined();
      return [name, { ...report, jetstream: status }];
    });
    expect(findStoppedBlocker(new Map(reports), members(3, []), { name: 'c-3' })).toBe(
      'c-1 has not been queried for its streams yet',
    );
  });
});

test('a cluster that was not queried for JetStream has none', () => {
  const reports = new Map<string, ServerReport>([['c-1', { answered: true, serverId: 'id', routedTo: new Set() }]]);
  expect(findJetStreamBlocker(reports, members(3, [3]), { name: 'c-3' })).toBeUndefined();
});

describe('whenever a server may go', () => {
  const SIZE = 5;
  const replica = (server: number): fc.Arbitrary<ModelReplica> =>
    fc
      .constantFrom<
        Omit<ModelReplica, 'server'>
      >(...[{}, {}, {}, {}, {}, { lag: 5 }, { current: false }, { current: false, lag: 9 }, { current: false, lag: 9, active: 5 }, { lag: 9_999 }], { current: false, offline: true })
      .map(state => ({ server, ...state }));

  /** Led by a server that is current, where most are. */
  const group = (count: number): fc.Arbitrary<ModelAsset> =>
    fc
      .shuffledSubarray(numbers(SIZE), { minLength: count, maxLength: count })
      .chain(servers => fc.tuple(...servers.map(replica)))
      .map(replicas => {
        const leader = votes(replicas) > replicas.length / 2 ? replicas.find(isVote)?.server : undefined;
        return { leader, replicas };
      });

  const asset = fc.constantFrom(1, 3, 5).chain(group);
  const streams = fc.array(fc.tuple(asset, fc.array(asset, { maxLength: 2 })), { maxLength: 4 }).map(list =>
    list.map(
      ([{ leader, replicas }, consumers], index): ModelStream => ({
        ...{ name: `S${index}`, leader, replicas },
        // They have their replicas among those of the stream.
        consumers: consumers.map(consumer => within(consumer, replicas)),
      }),
    ),
  );

  test('every stream and consumer of three replicas or more keeps its quorum', async () => {
    let opened = 0;
    await fc.assert(
      fc.asyncProperty(streams, fc.integer({ min: 1, max: SIZE }), async (all, leaving) => {
        const assets = all.flatMap(({ consumers = [], ...of }) => [of, ...consumers]);
        const model = {
          size: SIZE,
          streams: all,
          problems: problemsOf(all.flatMap(({ consumers = [] }) => consumers)),
        };
        if ((await blocker(model, leaving)) !== undefined) return;
        opened += 1;
        for (const { replicas } of assets.filter(({ replicas: of }) => of.length >= 3))
          if (replicas.some(({ server }) => server === leaving))
            expect(votes(replicas.filter(({ server }) => server !== leaving))).toBeGreaterThan(replicas.length / 2);
      }),
      { numRuns: 2_000 },
    );
    expect(opened).toBeGreaterThan(50);
  });
});

const isVote = ({ current = true, offline: isOffline = false, lag = 0, active }: ModelReplica): boolean =>
  (current || active !== undefined) && !isOffline && lag <= 1_000;

const votes = (replicas: readonly ModelReplica[]): number => replicas.filter(isVote).length;

function within({ replicas }: ModelAsset, servers: readonly ModelReplica[]): ModelAsset {
  const own = replicas.filter(({ server }) => servers.some(other => other.server === server));
  const kept = own.length % 2 === 0 ? own.slice(1) : own;
  return { leader: votes(kept) > kept.length / 2 ? kept.find(isVote)?.server : undefined, replicas: kept };
}

/** A server says of itself where its replica of a consumer is not current; of streams, their leaders do. */
function problemsOf(consumers: readonly ModelAsset[]): Record<number, string> {
  const bad = consumers.flatMap(({ replicas }) => replicas.filter(replica => !isVote(replica)));
  return Object.fromEntries(bad.map(({ server }) => [server, 'a consumer is not current']));
}
