import { nkeys } from '@nats-io/transport-node';
import { SystemClient } from '../../src/nats-cluster/system-account/system-client';
import { waitFor } from '../cluster/support/wait-for';
import { describeNats } from './support/describe-nats';
import { peersOf, SpecCluster } from './support/spec-cluster';
import { ask } from './support/secured-server';

const versions = ['2.15.2', '2.10.29'] as const;

const MESSAGES = 200;

const operator = nkeys.createUser();
const seed = new TextDecoder().decode(operator.getSeed());

// One after the other: they scale a cluster in.
describeNats.each(versions)('three servers %s with JetStream', version => {
  const isNew = version === '2.15.2';
  let cluster: SpecCluster;
  let client: SystemClient;
  /** Each with one replica. */
  const streams: string[] = [];

  beforeAll(async () => {
    const spec = { leafnodeConfig: { hostPort: 7422 }, gatewayConfig: { name: 'c' } };
    const jetstream = { fileStorage: { size: '256Mi' }, memoryStorage: { size: '64Mi' }, domain: 'hub' };
    cluster = await SpecCluster.start(version, 3, operator.getPublicKey(), { ...spec, jetstream });
    client = new SystemClient({ servers: [cluster.server('c-1').client], seed });
    for (let index = 0; index < 2; index += 1) await createStream();
    await cluster.createStream('R3', 3, MESSAGES);
  }, 180_000);

  afterAll(async () => {
    client.close();
    await cluster.stop();
  });

  const createStream = async (): Promise<void> => {
    const name = `R1-${streams.length}`;
    await cluster.createStream(name, 1, MESSAGES);
    streams.push(name);
  };

  /** All streams are elsewhere, with everything that they had. */
  const expectMoved = async (names: readonly string[], from: string): Promise<void> => {
    for (const name of names) {
      const state = await waitFor(
        async () => {
          const info = await cluster.stream(name);
          const isMoved = info.cluster.leader !== undefined && info.cluster.desired === undefined;
          return isMoved && peersOf(info).length === 1 && !peersOf(info).includes(from) && info.state;
        },
        { what: `stream ${name} without ${from}` },
      );
      expect(state.messages).toBe(MESSAGES);
    }
  };

  const streamsOn = async (server: string): Promise<string[]> => {
    const infos = await Promise.all(streams.map(async name => ({ name, info: await cluster.stream(name) })));
    return infos.filter(({ info }) => peersOf(info).includes(server)).map(({ name }) => name);
  };

  test('say who they are', async () => {
    expect(await client.serverInfo()).toStrictEqual({ id: expect.any(String) as string, name: 'c-1', version });
  });

  test('name the streams of an account', async () => {
    expect([...(await client.streamNames('$G'))].sort()).toStrictEqual([...streams, 'R3']);
    await expect(client.streamNames('$SYS')).rejects.toMatchObject({ failure: 'Refused', code: 10039 });
  });

  test('move a stream with its messages', async () => {
    const from = (await cluster.stream('R1-0')).cluster.leader ?? '';
    expect(await client.moveStream('$G', 'R1-0', { server: from })).toBe('Moving');
    await expectMoved(['R1-0'], from);
    expect(await client.moveStream('$G', 'R1-0', { server: from })).toBe('NotOnServer');
    expect(await client.cancelMove('$G', 'R1-0')).toBe('NotMoving');
  }, 90_000);

  test('move nothing where nothing can be moved', async () => {
    expect(await client.moveStream('$G', 'R3', { server: 'c-1' })).toBe('NoPeers');
    expect(await client.moveStream('$G', 'R1-0', { server: 'c-1', tags: ['none'] })).toMatch(/NoPeers|NotOnServer/);
    expect(await client.moveStream('$G', 'none', { server: 'c-1' })).toBe('NoStream');
    expect(await client.cancelMove('$G', 'none')).toBe('NoStream');
    await expect(client.moveStream('$G', 'R1-0', { server: 'c-9' })).rejects.toMatchObject({ failure: 'Refused' });
    await expect(client.moveStream('$G', 'R1.0', { server: 'c-1' })).rejects.toMatchObject({ failure: 'Unsupported' });
    const { state, cluster: group } = await cluster.stream('R3');
    expect({ ...state, replicas: group.replicas?.length }).toMatchObject({ messages: MESSAGES, replicas: 2 });
  }, 60_000);

  test('evacuate a server, each in the way of its version', async () => {
    // Servers choose where a stream is.
    while ((await streamsOn('c-3')).length === 0) await createStream();
    const leaving = await streamsOn('c-3');
    if (isNew) {
      expect(await client.evacuate('c-9')).toBe('NotMember');
      expect(await client.evacuate('c-3')).toBe('Moving');
    } else {
      await expect(client.evacuate('c-3')).rejects.toMatchObject({ failure: 'Unsupported' });
      for (const name of leaving) expect(await client.moveStream('$G', name, { server: 'c-3' })).toBe('Moving');
    }
    await expectMoved(streams, 'c-3');
  }, 120_000);

  test('remove a server that is gone from the meta group, and keep what the others have', async () => {
    await cluster.kill('c-3');
    await cluster.metaGroup(3);
    expect(await waitForAnswer(async () => client.removePeer('c-3'))).toBe('Removed');
    await cluster.metaGroup(2);
    expect(await client.removePeer('c-3')).toBe('NotMember');
    for (const name of [...streams, 'R3']) expect((await cluster.stream(name)).state.messages).toBe(MESSAGES);
  }, 120_000);

  test('give no answer without a meta leader', async () => {
    await cluster.kill('c-2');
    const leaderOf = async (): Promise<string | undefined> =>
      (await ask<{ meta_cluster?: { leader?: string } }>(cluster.server('c-1'), '/jsz')).meta_cluster?.leader;
    await waitFor(async () => !(await leaderOf()), { what: 'the loss of the meta leader' });
    const impatient = new SystemClient({ servers: [cluster.server('c-1').client], seed }, { request: 1_000 });
    await expect(impatient.removePeer('c-2')).rejects.toMatchObject({
      message: 'remove peer c-2: timeout',
      failure: 'NoAnswer',
    });
    impatient.close();
  }, 60_000);
});

/** In an election nobody answers. */
const waitForAnswer = async <T>(request: () => Promise<T>): Promise<T> => waitFor(request, { what: 'an answer' });
