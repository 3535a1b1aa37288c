import { parseServerVersion } from '../../../../src/nats/server-version';
import { findLevelBlocker } from '../../../../src/nats-cluster/jetstream/api-levels';
import type { RequiredLevel } from '../../../../src/nats-cluster/jetstream/report';
import type { ServerReport } from '../../../../src/nats-cluster/observed';
import { askJetStream, type ReadPage } from '../../../../src/nats-cluster/monitoring/jetstream-report';
import { membersOf } from '../rollout/servers';

/** One server leads a stream whose consumer needs that level. */
const page = (level: number): object => ({
  meta_cluster: { leader: 'c-1', cluster_size: 1 },
  account_details: [
    {
      name: 'A',
      stream_detail: [
        {
          name: 'ORDERS',
          cluster: { leader: 'c-1' },
          config: { metadata: { '_nats.req.level': '0' } },
          consumer_detail: [
            { name: 'worker', cluster: { leader: 'c-1' }, config: { metadata: { '_nats.req.level': String(level) } } },
          ],
        },
      ],
    },
  ],
});

const answer =
  (level: number): ReadPage =>
  async (path, _maxBytes, take) =>
    Promise.resolve(take({ status: 200, body: path.startsWith('/jsz') ? page(level) : { status: 'ok' } }));

async function blocker(from: string, to: string, level: number): Promise<string | undefined> {
  const jetstream = await askJetStream(answer(level), 'c-1', 'configurations');
  const reports = new Map<string, ServerReport>([
    ['c-1', { answered: true, serverId: 'id', routedTo: new Set(), jetstream }],
  ]);
  return findLevelBlocker(parseServerVersion(to), membersOf([{ version: from }]), reports);
}

test.each([
  ['2.15.2', '2.15.1', 5],
  ['2.15.2', '2.14.9', 4],
  ['2.14.9', '2.12.8', 3],
  ['2.14.9', '2.11.17', 1],
  ['2.12.15', '2.15.2', 9],
])('servers go from %s to %s with a consumer of level %d', async (from, to, level) => {
  expect(await blocker(from, to, level)).toBeUndefined();
});

test.each([
  ['2.15.2', '2.14.9', 5, 4],
  ['2.14.9', '2.12.7', 3, 2],
  ['2.11.17', '2.10.29', 1, 0],
])('servers do not go from %s to %s with a consumer of level %d', async (from, to, level, has) => {
  expect(await blocker(from, to, level)).toBe(
    `consumer worker of stream ORDERS of account A needs API level ${level} of JetStream, and NATS ${to} has ${has}: it would lose what needs it; set the version back, or delete it`,
  );
});

test('servers do not go back before they are asked', async () => {
  const jetstream = await askJetStream(answer(0), 'c-1', 'assets');
  const reports = new Map<string, ServerReport>([
    ['c-1', { answered: true, serverId: 'id', routedTo: new Set(), jetstream }],
  ]);
  expect(findLevelBlocker(parseServerVersion('2.14.9'), membersOf([{ version: '2.15.2' }]), reports)).toBe(
    'c-1 has not been queried for what its streams need yet',
  );
});

test('the highest level is known by the name of what needs it', async () => {
  const jetstream = await askJetStream(answer(4), 'c-1', 'configurations');
  const highest: RequiredLevel = { account: 'A', stream: 'ORDERS', consumer: 'worker', level: 4 };
  expect(jetstream).toMatchObject({ answered: true, assets: { highest } });
});
